package io.countermachine.service.grpc;

import io.countermachine.features.v1.FeatureRequest;
import io.countermachine.features.v1.FeatureServiceGrpc;
import io.countermachine.service.problem.RequestFault;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.InputStream;

/**
 * The bytes of a call's request, decoded.
 *
 * @param message null if the bytes are not a valid message
 * @param fault what is wrong with the bytes; null if there is a message
 */
record ReceivedRequest(FeatureRequest message, RequestFault fault) {
  /**
   * For the server, which only reads requests. It returns faults instead of throwing them: gRPC
   * would log an exception as an error of the service, and tell the caller only {@code UNKNOWN}.
   */
  static final MethodDescriptor.Marshaller<ReceivedRequest> MARSHALLER =
      new MethodDescriptor.Marshaller<>() {
        private final MethodDescriptor.Marshaller<FeatureRequest> messages =
            FeatureServiceGrpc.getGetFeaturesMethod().getRequestMarshaller();

        @Override
        public InputStream stream(ReceivedRequest request) {
          throw new UnsupportedOperationException("the server writes no requests");
        }

        @Override
        public ReceivedRequest parse(InputStream stream) {
          try {
            return new ReceivedRequest(messages.parse(stream), null);
          } catch (StatusRuntimeException e) {
            return new ReceivedRequest(null, fault(e.getStatus()));
          }
        }
      };

  private static RequestFault fault(Status status) {
    return status.getCode() == Status.Code.RESOURCE_EXHAUSTED
        ? RequestFault.tooLarge(status.getDescription())
        : RequestFault.bad(null, "the request is not a valid FeatureRequest of features.proto");
  }
}
