package io.countermachine.service.problem;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.net.SocketTimeoutException;
import org.apache.catalina.connector.ClientAbortException;
import org.apache.coyote.BadRequestException;
import org.apache.coyote.CloseNowException;
import org.junit.jupiter.api.Test;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.http.converter.HttpMessageNotWritableException;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;
import org.springframework.web.context.request.ServletWebRequest;
import org.springframework.web.context.request.async.AsyncRequestNotUsableException;

class ProblemAdviceTest {
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final ProblemAdvice advice = new ProblemAdvice(new Disconnects(meters));
  private final MockHttpServletRequest request = new MockHttpServletRequest();
  private final MockHttpServletResponse response = new MockHttpServletResponse();

  private double disconnects(String reason) {
    return meters.get("countermachine.disconnects").tag("reason", reason).counter().count();
  }

  @Test
  void callerThatIsGone_getsNoAnswer_whicheverExceptionSaysSo() {
    IOException brokenPipe = new IOException("Broken pipe");
    assertThat(advice.brokenBody(new ClientAbortException(brokenPipe), request, response)).isNull();
    for (Exception gone :
        new Exception[] {
          new CloseNowException("the stream was reset"),
          new IllegalStateException(new ClientAbortException(brokenPipe)),
        }) {
      assertThat(advice.unexpected(gone, request, response)).as(gone.toString()).isNull();
    }
    ResponseEntity<Object> unwritable =
        advice.handleHttpMessageNotWritable(
            new HttpMessageNotWritableException("cut off", new ClientAbortException(brokenPipe)),
            new HttpHeaders(),
            HttpStatus.INTERNAL_SERVER_ERROR,
            new ServletWebRequest(request, response));
    assertThat(unwritable).isNull();
    AsyncRequestNotUsableException unusable =
        new AsyncRequestNotUsableException(
            "cut off", new ClientAbortException(new SocketTimeoutException()));
    response.setCommitted(true);
    assertThat(
            advice.handleAsyncRequestNotUsableException(
                unusable, new ServletWebRequest(request, response)))
        .isNull();
    assertThat(disconnects("hang_up")).isEqualTo(4);
    assertThat(disconnects("slow_reader")).isEqualTo(1);
  }

  @Test
  void writeThatIsStuck_isASlowReader_andAReadASlowSender() {
    BadRequestException stuck = new ClientAbortException(new SocketTimeoutException());
    assertThat(advice.brokenBody(stuck, request, response)).isNull();
    assertThat(disconnects("slow_sender")).isEqualTo(1);
    response.setCommitted(true);
    assertThat(advice.brokenBody(stuck, request, response)).isNull();
    assertThat(disconnects("slow_reader")).isEqualTo(1);
    assertThat(disconnects("hang_up")).isZero();
  }

  @Test
  void bodyThatIsNoHttp_is400() {
    ResponseEntity<?> answer =
        advice.brokenBody(new BadRequestException("no chunk"), request, response);
    assertThat(answer.getStatusCode()).isEqualTo(HttpStatus.BAD_REQUEST);
    assertThat(disconnects("hang_up")).isZero();
  }

  @Test
  void faultOfTheService_is500_alsoOneOfItsOwnConnections() {
    for (Exception fault :
        new Exception[] {new IOException("the broker is away"), new SocketTimeoutException()}) {
      ResponseEntity<?> answer = advice.unexpected(fault, request, response);
      assertThat(answer.getStatusCode()).isEqualTo(HttpStatus.INTERNAL_SERVER_ERROR);
    }
    assertThat(disconnects("hang_up") + disconnects("slow_reader")).isZero();
  }
}
