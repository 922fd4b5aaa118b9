package io.countermachine.service.grpc;

import io.countermachine.features.v1.FeatureRequest;
import io.countermachine.features.v1.FeatureServiceGrpc;
import io.countermachine.service.access.AccessGate;
import io.countermachine.service.access.PresentedKey;
import io.countermachine.service.access.Refusal;
import io.countermachine.service.access.Scope;
import io.countermachine.service.admission.RequestBodies;
import io.countermachine.service.catalog.CurrentCatalog;
import io.countermachine.service.catalog.OfCatalog;
import io.countermachine.service.encode.FeatureColumnsWriter;
import io.countermachine.service.encode.ProtobufBytes;
import io.countermachine.service.metrics.RequestMeters;
import io.countermachine.service.metrics.ServerTiming;
import io.countermachine.service.plan.FeatureValues;
import io.countermachine.service.plan.LimitsProperties;
import io.countermachine.service.problem.Overloaded;
import io.countermachine.service.tracing.RequestTrace;
import io.countermachine.service.web.Deadlines;
import io.countermachine.service.web.FeatureCalls;
import io.countermachine.service.web.FeatureRequestRules;
import io.countermachine.service.web.ProtobufRequestReader;
import io.countermachine.service.web.RequestProperties;
import io.grpc.Context;
import io.grpc.Deadline;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;

/**
 * {@code FeatureService/GetFeatures}: the gRPC form of {@code POST /v1/features}, with the same
 * keys, places, limits and meters. A gRPC deadline can lower the service's own deadline, but never
 * raise it.
 */
@Component
final class FeatureMethod implements ServerCallHandler<ReceivedRequest, EncodedResponse> {
  private static final Logger LOG = LoggerFactory.getLogger(FeatureMethod.class);
  private static final Set<Scope> SCOPES = EnumSet.of(Scope.FEATURES);
  private static final Metadata.Key<String> API_KEY = header(PresentedKey.HEADER);
  private static final Metadata.Key<String> AUTHORIZATION = header(PresentedKey.AUTHORIZATION);
  private static final Metadata.Key<String> REQUEST_ID = header(RequestTrace.REQUEST_ID_HEADER);
  private static final Metadata.Key<String> TRACEPARENT = header(RequestTrace.TRACEPARENT_HEADER);
  private static final Metadata.Key<String> SERVER_TIMING = header(ServerTiming.HEADER);

  private final ThreadLocal<ProtobufBytes> buffers = ThreadLocal.withInitial(ProtobufBytes::new);
  private final AccessGate gate;
  private final FeatureCalls calls;
  private final OfCatalog<ProtobufRequestReader> reader;
  private final Deadlines deadlines;
  private final RequestMeters meters;
  private final RequestBodies bodies;

  FeatureMethod(
      AccessGate gate,
      FeatureCalls calls,
      RequestBodies bodies,
      CurrentCatalog catalog,
      LimitsProperties limits,
      RequestProperties properties,
      RequestMeters meters) {
    this.gate = gate;
    this.calls = calls;
    this.bodies = bodies;
    this.reader =
        new OfCatalog<>(
            catalog, now -> new ProtobufRequestReader(new FeatureRequestRules(now, limits)));
    this.deadlines = new Deadlines(properties);
    this.meters = meters;
  }

  private static Metadata.Key<String> header(String name) {
    return Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER);
  }

  /** The service with its one method. Responses are already encoded. */
  ServerServiceDefinition service() {
    MethodDescriptor<ReceivedRequest, EncodedResponse> method =
        FeatureServiceGrpc.getGetFeaturesMethod().toBuilder(
                ReceivedRequest.MARSHALLER, EncodedResponse.MARSHALLER)
            .build();
    return ServerServiceDefinition.builder(FeatureServiceGrpc.SERVICE_NAME)
        .addMethod(method, this)
        .build();
  }

  @Override
  public ServerCall.Listener<ReceivedRequest> startCall(
      ServerCall<ReceivedRequest, EncodedResponse> call, Metadata headers) {
    RequestTrace trace = RequestTrace.of(headers.get(REQUEST_ID), headers.get(TRACEPARENT));
    Optional<PresentedKey> key =
        PresentedKey.ofHeaders(headers.get(API_KEY), headers.get(AUTHORIZATION));
    AccessGate.Decision decision = gate.decide(key, SCOPES, false);
    if (decision.isRefused()) {
      Refusal refusal = decision.refusal();
      close(
          call,
          CallFault.refused(refusal.status(), refusal.detail(), decision.waitSeconds()),
          trace);
      return new ServerCall.Listener<>() {};
    }
    // Requests the one message and a second one, to detect a client that sends more than one.
    call.request(2);
    return new RequestListener(call, decision, trace);
  }

  /** Takes the request of an allowed call, and responds to it. */
  private final class RequestListener extends ServerCall.Listener<ReceivedRequest> {
    private final ServerCall<ReceivedRequest, EncodedResponse> call;
    private final AccessGate.Decision decision;
    private final RequestTrace trace;
    private Exchange exchange;
    private boolean isOver;

    RequestListener(
        ServerCall<ReceivedRequest, EncodedResponse> call,
        AccessGate.Decision decision,
        RequestTrace trace) {
      this.call = call;
      this.decision = decision;
      this.trace = trace;
    }

    @Override
    public void onMessage(ReceivedRequest received) {
      if (isOver) {
        return;
      }
      if (exchange != null) {
        exchange.close();
        refuse(CallFault.notUnary("the call has more than one request"));
        return;
      }
      FeatureRequest message = received.message();
      if (message == null) {
        refuse(CallFault.of(received.fault()));
        return;
      }
      try {
        exchange = new Exchange(call, message, bodies.take(message.getSerializedSize()), trace);
      } catch (Overloaded fault) {
        refuse(CallFault.of(fault));
      }
    }

    private void refuse(CallFault fault) {
      isOver = true;
      close(call, fault, trace);
      gate.ended(decision, fault.httpStatus());
    }

    @Override
    public void onHalfClose() {
      if (isOver) {
        return;
      }
      if (exchange != null) {
        gate.ended(decision, answer(exchange));
      } else {
        refuse(CallFault.notUnary("the call ended without a request"));
      }
    }

    @Override
    public void onCancel() {
      if (exchange != null) {
        exchange.close();
      }
    }
  }

  /** Responds to a call, and returns the HTTP status that describes how it ended. */
  private int answer(Exchange exchange) {
    long begin = System.nanoTime();
    RequestTrace trace = exchange.trace;
    exchange.bytes = buffers.get();
    MDC.put(RequestTrace.REQUEST_ID, trace.requestId());
    if (trace.traceId() != null) {
      MDC.put(RequestTrace.TRACE_ID, trace.traceId());
    }
    int status = HttpStatus.OK.value();
    try {
      calls.answer(deadlines.within(remaining()), exchange);
    } catch (Exception fault) {
      CallFault told = CallFault.of(fault);
      if (told.httpStatus() == HttpStatus.INTERNAL_SERVER_ERROR.value()) {
        LOG.error("a call failed", fault);
      }
      close(exchange.call, told, trace);
      status = told.httpStatus();
    } finally {
      exchange.close();
      exchange.bytes.clear();
      MDC.remove(RequestTrace.REQUEST_ID);
      MDC.remove(RequestTrace.TRACE_ID);
    }
    if (status != HttpStatus.TOO_MANY_REQUESTS.value()) {
      meters.recordFeatures(exchange.set, System.nanoTime() - begin);
    }
    return status;
  }

  /** The time that the caller allows; null if it sets no deadline. */
  private static Duration remaining() {
    Deadline deadline = Context.current().getDeadline();
    return deadline == null
        ? null
        : Duration.ofNanos(Math.max(1, deadline.timeRemaining(TimeUnit.NANOSECONDS)));
  }

  private static void close(ServerCall<?, ?> call, CallFault fault, RequestTrace trace) {
    Metadata trailers = fault.status().getTrailers();
    trailers.put(REQUEST_ID, trace.requestId());
    call.close(fault.status().getStatus(), trailers);
  }

  /** The request and response of one call. */
  private final class Exchange implements FeatureCalls.Exchange, AutoCloseable {
    private final ServerCall<ReceivedRequest, EncodedResponse> call;
    private final RequestBodies.Room room;
    private final RequestTrace trace;
    private ProtobufBytes bytes;
    private FeatureRequest request;
    private String set;

    Exchange(
        ServerCall<ReceivedRequest, EncodedResponse> call,
        FeatureRequest request,
        RequestBodies.Room room,
        RequestTrace trace) {
      this.call = call;
      this.request = request;
      this.room = room;
      this.trace = trace;
    }

    @Override
    public String requestId() {
      return trace.requestId();
    }

    @Override
    public io.countermachine.service.plan.FeatureRequest read() {
      io.countermachine.service.plan.FeatureRequest read = reader.get().read(request);
      set = read.set() == null ? RequestMeters.LISTED : read.set();
      close();
      return read;
    }

    /** Releases the request and its reserved memory. */
    @Override
    public void close() {
      request = null;
      room.close();
    }

    @Override
    public void encode(FeatureValues values) {
      FeatureColumnsWriter.write(values, bytes);
    }

    @Override
    public void send(ServerTiming timing) {
      Metadata headers = new Metadata();
      headers.put(REQUEST_ID, trace.requestId());
      headers.put(SERVER_TIMING, timing.header());
      call.sendHeaders(headers);
      call.sendMessage(new EncodedResponse(bytes));
      call.close(Status.OK, new Metadata());
    }
  }
}
