package io.countermachine.service.grpc;

import com.google.protobuf.Any;
import com.google.protobuf.Duration;
import com.google.rpc.BadRequest;
import com.google.rpc.Code;
import com.google.rpc.RetryInfo;
import com.google.rpc.Status;
import io.countermachine.service.problem.Overloaded;
import io.countermachine.service.problem.RequestFault;
import io.countermachine.service.store.StoreUnavailable;
import io.grpc.StatusException;
import io.grpc.protobuf.StatusProto;
import org.springframework.http.HttpStatus;

/**
 * How a call failed.
 *
 * @param httpStatus the status of the same fault over HTTP, by which calls are counted
 * @param status the gRPC status with details: {@code BadRequest} names the wrong field, {@code
 *     RetryInfo} says when to retry
 */
record CallFault(int httpStatus, StatusException status) {
  private static final long RETRY_SECONDS = 1;

  /** The failure that the caller sees. It shows nothing of a fault inside the service. */
  static CallFault of(Exception fault) {
    if (fault instanceof RequestFault request) {
      return of(request);
    }
    if (fault instanceof Overloaded) {
      return retry(
          HttpStatus.TOO_MANY_REQUESTS, Code.RESOURCE_EXHAUSTED, fault.getMessage(), RETRY_SECONDS);
    }
    if (fault instanceof StoreUnavailable) {
      return retry(
          HttpStatus.SERVICE_UNAVAILABLE, Code.UNAVAILABLE, fault.getMessage(), RETRY_SECONDS);
    }
    return of(
        HttpStatus.INTERNAL_SERVER_ERROR,
        status(Code.INTERNAL, "the service failed; its log says why"));
  }

  /** A call that does not have exactly one request: the status that gRPC defines for this. */
  static CallFault notUnary(String detail) {
    return of(HttpStatus.BAD_REQUEST, status(Code.INTERNAL, detail));
  }

  private static CallFault of(RequestFault fault) {
    Code code =
        switch (fault.status()) {
          case CONFLICT -> Code.FAILED_PRECONDITION;
          case CONTENT_TOO_LARGE -> Code.RESOURCE_EXHAUSTED;
          default -> Code.INVALID_ARGUMENT;
        };
    Status.Builder status = status(code, fault.getMessage());
    if (fault.field() != null) {
      status.addDetails(
          Any.pack(
              BadRequest.newBuilder()
                  .addFieldViolations(
                      BadRequest.FieldViolation.newBuilder()
                          .setField(fault.field())
                          .setDescription(fault.getMessage()))
                  .build()));
    }
    return of(fault.status(), status);
  }

  /** A refusal by the gate. */
  static CallFault refused(int httpStatus, String detail, long retrySeconds) {
    HttpStatus http = HttpStatus.valueOf(httpStatus);
    Code code =
        switch (http) {
          case UNAUTHORIZED -> Code.UNAUTHENTICATED;
          case TOO_MANY_REQUESTS -> Code.RESOURCE_EXHAUSTED;
          default -> Code.PERMISSION_DENIED;
        };
    return retrySeconds > 0
        ? retry(http, code, detail, retrySeconds)
        : of(http, status(code, detail));
  }

  private static CallFault retry(HttpStatus http, Code code, String detail, long seconds) {
    return of(
        http,
        status(code, detail)
            .addDetails(
                Any.pack(
                    RetryInfo.newBuilder()
                        .setRetryDelay(Duration.newBuilder().setSeconds(seconds))
                        .build())));
  }

  private static Status.Builder status(Code code, String detail) {
    return Status.newBuilder().setCode(code.getNumber()).setMessage(detail);
  }

  private static CallFault of(HttpStatus http, Status.Builder status) {
    return new CallFault(http.value(), StatusProto.toStatusException(status.build()));
  }
}
