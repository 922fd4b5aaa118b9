package io.countermachine.service.grpc;

import io.countermachine.features.v1.FeatureResponse;
import io.countermachine.service.encode.ProtobufBytes;
import io.grpc.Drainable;
import io.grpc.KnownLength;
import io.grpc.MethodDescriptor;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/**
 * A {@link FeatureResponse} as bytes. gRPC copies them to the network's buffers while it takes the
 * message, so the bytes can be reused for the next response afterwards.
 */
final class EncodedResponse {
  /** Only for the server, which never reads responses. */
  static final MethodDescriptor.Marshaller<EncodedResponse> MARSHALLER =
      new MethodDescriptor.Marshaller<>() {
        @Override
        public InputStream stream(EncodedResponse response) {
          return new Stream(response.bytes);
        }

        @Override
        public EncodedResponse parse(InputStream stream) {
          throw new UnsupportedOperationException("the server reads no responses");
        }
      };

  private final ProtobufBytes bytes;

  EncodedResponse(ProtobufBytes bytes) {
    this.bytes = bytes;
  }

  /**
   * The stream from which gRPC takes a message. gRPC asks for the length and then drains it at
   * once.
   */
  private static final class Stream extends InputStream implements KnownLength, Drainable {
    private final ProtobufBytes bytes;
    private int position;

    Stream(ProtobufBytes bytes) {
      this.bytes = bytes;
    }

    @Override
    public int available() {
      return bytes.size() - position;
    }

    @Override
    public int drainTo(OutputStream target) throws IOException {
      int length = available();
      bytes.writeTo(target, position, length);
      position += length;
      return length;
    }

    @Override
    public int read() {
      return available() == 0 ? -1 : bytes.byteAt(position++) & 0xFF;
    }

    @Override
    public int read(byte[] into, int offset, int length) {
      int read = Math.min(length, available());
      bytes.copyTo(into, offset, position, read);
      position += read;
      return read == 0 && length > 0 ? -1 : read;
    }
  }
}
