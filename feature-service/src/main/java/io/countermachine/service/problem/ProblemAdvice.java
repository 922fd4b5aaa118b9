package io.countermachine.service.problem;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.servlet.mvc.method.annotation.ResponseEntityExceptionHandler;

/**
 * Every error is a problem of RFC 9457 and says which field is wrong; none shows what is inside.
 */
@RestControllerAdvice
class ProblemAdvice extends ResponseEntityExceptionHandler {
  private static final Logger LOG = LoggerFactory.getLogger(ProblemAdvice.class);
  private static final String RETRY_SECONDS = "1";

  @ExceptionHandler
  ResponseEntity<ProblemDetail> requestFault(RequestFault fault) {
    ProblemDetail problem = ProblemDetail.forStatusAndDetail(fault.status(), fault.getMessage());
    if (fault.field() != null) {
      problem.setProperty("field", fault.field());
    }
    return answer(problem).body(problem);
  }

  @ExceptionHandler
  ResponseEntity<ProblemDetail> storeUnavailable(StoreUnavailable unavailable) {
    ProblemDetail problem =
        ProblemDetail.forStatusAndDetail(HttpStatus.SERVICE_UNAVAILABLE, unavailable.getMessage());
    return answer(problem).header(HttpHeaders.RETRY_AFTER, RETRY_SECONDS).body(problem);
  }

  @ExceptionHandler
  ResponseEntity<ProblemDetail> unexpected(Exception unexpected) {
    LOG.error("a request failed", unexpected);
    ProblemDetail problem =
        ProblemDetail.forStatusAndDetail(
            HttpStatus.INTERNAL_SERVER_ERROR, "the service failed; its log says why");
    return answer(problem).body(problem);
  }

  private static ResponseEntity.BodyBuilder answer(ProblemDetail problem) {
    return ResponseEntity.status(problem.getStatus())
        .contentType(MediaType.APPLICATION_PROBLEM_JSON);
  }
}
