# The images of the demo, built from the sources. docker-compose.yml builds all of them. To build a single one:
# `docker build --target job .` (or service, console, traffic). An image has the libraries of its module, and nothing of Maven.
# See docs/operating.md for how to use the job's image.

FROM maven:3.9.9-eclipse-temurin-17 AS sources
WORKDIR /sources
COPY . .
RUN mkdir /poms && cp -r --parents .mvn pom.xml */pom.xml /poms

# The build has two steps. The first downloads all libraries, and is repeated only if a pom.xml has changed.
FROM maven:3.9.9-eclipse-temurin-17 AS build
WORKDIR /build
COPY --from=sources /poms .
RUN mvn -B -q -Dmaven.test.skip=true -Dspotless.check.skip=true -pl streaming-job,feature-service,console,local-stack -am package
COPY --from=sources /sources .
# DynamoDB Local runs from its own image, because its licence does not allow it in ours.
RUN rm -rf */target && \
    mvn -B -q -Dmaven.test.skip=true -Dspotless.check.skip=true -pl streaming-job,feature-service,console,local-stack -am package && \
    rm local-stack/target/lib/DynamoDBLocal* local-stack/target/lib/*sqlite4java*

# The job on Flink, in application mode.
FROM flink:1.20.3-java17 AS job
COPY --from=build --chown=flink:flink /build/streaming-job/target/lib/ /opt/flink/usrlib/
COPY --from=build --chown=flink:flink /build/streaming-job/target/streaming-job.jar /opt/flink/usrlib/
# A new volume that is mounted here gets the same owner.
RUN mkdir -p /data/checkpoints /data/savepoints && chown -R flink:flink /data
USER flink

FROM eclipse-temurin:17.0.15_6-jre AS java
RUN useradd --system --no-create-home --uid 10001 countermachine
WORKDIR /opt/counter-machine
USER countermachine

# On a newer Java, whose ZGC hardly stops the service; docs/decisions/0055-the-service-runs-on-java-25.md says why.
FROM eclipse-temurin:25.0.3_9-jre AS service
RUN useradd --system --no-create-home --uid 10001 countermachine
WORKDIR /opt/counter-machine
USER countermachine
COPY --from=build /build/feature-service/target/lib/ lib/
COPY --from=build /build/feature-service/target/feature-service.jar ./
EXPOSE 8080 9090
ENTRYPOINT ["java", "-XX:MaxRAMPercentage=50", "-XX:+UseZGC", "-XX:+UseCompactObjectHeaders", "--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow", "-cp", "feature-service.jar:lib/*", "io.countermachine.service.FeatureService"]

# Listens on all addresses, because the container has no other processes. Publishing the port determines who can reach it.
FROM java AS console
COPY --from=build /build/console/target/lib/ lib/
COPY --from=build /build/console/target/console.jar ./
ENV SERVER_ADDRESS=0.0.0.0
EXPOSE 8090
ENTRYPOINT ["java", "-Xmx128m", "-XX:+UseSerialGC", "-cp", "console.jar:lib/*", "io.countermachine.console.Console"]

# Lifelike traffic for the demo.
FROM java AS traffic
COPY --from=build /build/local-stack/target/lib/ lib/
COPY --from=build /build/local-stack/target/local-stack.jar ./
ENTRYPOINT ["java", "-Xmx128m", "-cp", "local-stack.jar:lib/*", "io.countermachine.local.traffic.TrafficLoop"]
