package io.countermachine.local.torture;

import java.util.ArrayList;
import java.util.List;
import org.apache.flink.client.deployment.application.ApplicationClusterEntryPoint;
import org.apache.flink.client.program.DefaultPackagedProgramRetriever;
import org.apache.flink.client.program.PackagedProgram;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.runtime.entrypoint.ClusterEntrypoint;
import org.apache.flink.runtime.resourcemanager.StandaloneResourceManagerFactory;

/**
 * The main class of the jobmanager's process: a Flink cluster in application mode, like {@code
 * standalone-job} of Flink's image. Needs the job's class path.
 */
public final class JobManagerMain extends ApplicationClusterEntryPoint {
  private static final String JOB = "io.countermachine.job.CounterJob";

  private JobManagerMain(Configuration configuration, PackagedProgram program) {
    super(configuration, program, StandaloneResourceManagerFactory.getInstance());
  }

  /** Arguments: Flink's configuration as {@code -Dkey=value}, and the job's own arguments. */
  public static void main(String[] arguments) throws Exception {
    Configuration configuration = new Configuration();
    List<String> jobArguments = new ArrayList<>();
    for (String argument : arguments) {
      if (argument.startsWith("-D")) {
        int equals = argument.indexOf('=');
        configuration.setString(argument.substring(2, equals), argument.substring(equals + 1));
      } else {
        jobArguments.add(argument);
      }
    }
    PackagedProgram program =
        DefaultPackagedProgramRetriever.create(
                null, JOB, jobArguments.toArray(new String[0]), configuration)
            .getPackagedProgram();
    configureExecution(configuration, program);
    ClusterEntrypoint.runClusterEntrypoint(new JobManagerMain(configuration, program));
  }
}
