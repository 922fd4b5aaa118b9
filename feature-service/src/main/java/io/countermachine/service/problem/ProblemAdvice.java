package io.countermachine.service.problem;

import io.countermachine.service.store.StoreUnavailable;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.apache.coyote.BadRequestException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.http.converter.HttpMessageNotWritableException;
import org.springframework.web.HttpMediaTypeNotSupportedException;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.context.request.ServletWebRequest;
import org.springframework.web.context.request.WebRequest;
import org.springframework.web.context.request.async.AsyncRequestNotUsableException;
import org.springframework.web.servlet.mvc.method.annotation.ResponseEntityExceptionHandler;
import org.springframework.web.servlet.resource.NoResourceFoundException;

/**
 * Turns every error into a problem of RFC 9457 that names the wrong field. None shows internals.
 */
@RestControllerAdvice
class ProblemAdvice extends ResponseEntityExceptionHandler {
  private static final Logger LOG = LoggerFactory.getLogger(ProblemAdvice.class);
  private static final String RETRY_SECONDS = "1";

  /** Details repeat what callers send, but not megabytes of it. */
  private static final int LONGEST_DETAIL = 1_000;

  private static final int LONGEST_FIELD = 200;

  private final Disconnects disconnects;

  ProblemAdvice(Disconnects disconnects) {
    this.disconnects = disconnects;
  }

  @ExceptionHandler
  ResponseEntity<ProblemDetail> requestFault(RequestFault fault, HttpServletRequest request) {
    if (fault.status() == HttpStatus.REQUEST_TIMEOUT) {
      disconnects.slowSender(request);
    }
    ProblemDetail problem =
        ProblemDetail.forStatusAndDetail(
            fault.status(), shortened(fault.getMessage(), LONGEST_DETAIL));
    if (fault.field() != null) {
      problem.setProperty("field", shortened(fault.field(), LONGEST_FIELD));
    }
    return answer(problem).body(problem);
  }

  @ExceptionHandler({StoreUnavailable.class, RulesUnavailable.class})
  ResponseEntity<ProblemDetail> unavailable(RuntimeException unavailable) {
    return later(HttpStatus.SERVICE_UNAVAILABLE, unavailable);
  }

  @ExceptionHandler
  ResponseEntity<ProblemDetail> overloaded(Overloaded overloaded) {
    return later(HttpStatus.TOO_MANY_REQUESTS, overloaded);
  }

  private static ResponseEntity<ProblemDetail> later(HttpStatus status, RuntimeException why) {
    ProblemDetail problem =
        ProblemDetail.forStatusAndDetail(status, shortened(why.getMessage(), LONGEST_DETAIL));
    return answer(problem).header(HttpHeaders.RETRY_AFTER, RETRY_SECONDS).body(problem);
  }

  /**
   * The body is not valid HTTP: the caller's fault. This exception also occurs if the caller has
   * gone, including while its response is written.
   */
  @ExceptionHandler
  ResponseEntity<ProblemDetail> brokenBody(
      BadRequestException broken, HttpServletRequest request, HttpServletResponse response) {
    if (disconnects.take(broken, request, response)) {
      return null;
    }
    LOG.debug("a body could not be read", broken);
    ProblemDetail problem =
        ProblemDetail.forStatusAndDetail(HttpStatus.BAD_REQUEST, "the body could not be read");
    return answer(problem).body(problem);
  }

  /** A fault of the service, unless the caller has gone away. */
  @ExceptionHandler
  ResponseEntity<ProblemDetail> unexpected(
      Exception unexpected, HttpServletRequest request, HttpServletResponse response) {
    if (disconnects.take(unexpected, request, response)) {
      return null;
    }
    LOG.error("a request failed", unexpected);
    ProblemDetail problem =
        ProblemDetail.forStatusAndDetail(
            HttpStatus.INTERNAL_SERVER_ERROR, "the service failed; its log says why");
    return answer(problem).body(problem);
  }

  /** Occurs if the caller goes away while Spring writes a response. */
  @Override
  protected ResponseEntity<Object> handleHttpMessageNotWritable(
      HttpMessageNotWritableException failure,
      HttpHeaders headers,
      HttpStatusCode status,
      WebRequest request) {
    return request instanceof ServletWebRequest servlet
            && disconnects.take(failure, servlet.getRequest(), servlet.getResponse())
        ? null
        : super.handleHttpMessageNotWritable(failure, headers, status, request);
  }

  /** Occurs if Spring could not write a response. */
  @Override
  protected ResponseEntity<Object> handleAsyncRequestNotUsableException(
      AsyncRequestNotUsableException failure, WebRequest request) {
    if (request instanceof ServletWebRequest servlet) {
      disconnects.take(failure, servlet.getRequest(), servlet.getResponse());
    }
    return null;
  }

  @Override
  protected ResponseEntity<Object> handleNoResourceFoundException(
      NoResourceFoundException failure,
      HttpHeaders headers,
      HttpStatusCode status,
      WebRequest request) {
    failure.getBody().setDetail("there is nothing at this address");
    return super.handleNoResourceFoundException(failure, headers, status, request);
  }

  @Override
  protected ResponseEntity<Object> handleHttpMediaTypeNotSupported(
      HttpMediaTypeNotSupportedException failure,
      HttpHeaders headers,
      HttpStatusCode status,
      WebRequest request) {
    failure
        .getBody()
        .setDetail(
            "%s; send Content-Type: %s"
                .formatted(
                    failure.getContentType() == null
                        ? "the request has no valid Content-Type"
                        : "Content-Type %s is not supported"
                            .formatted(
                                shortened(failure.getContentType().toString(), LONGEST_FIELD)),
                    MediaType.toString(failure.getSupportedMediaTypes())));
    return super.handleHttpMediaTypeNotSupported(failure, headers, status, request);
  }

  private static String shortened(String text, int most) {
    if (text.length() <= most) {
      return text;
    }
    // Do not cut between the halves of a surrogate pair.
    int end = Character.isHighSurrogate(text.charAt(most - 1)) ? most - 1 : most;
    return text.substring(0, end) + "…";
  }

  private static ResponseEntity.BodyBuilder answer(ProblemDetail problem) {
    return ResponseEntity.status(problem.getStatus())
        .contentType(MediaType.APPLICATION_PROBLEM_JSON);
  }
}
