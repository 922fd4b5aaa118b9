package io.countermachine.console;

import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;
import org.springframework.web.ErrorResponseException;

/** Errors as problems of RFC 9457. The page shows their detail. */
final class Problems {
  private Problems() {}

  static ErrorResponseException of(HttpStatus status, String detail) {
    return of(status, detail, null);
  }

  static ErrorResponseException unavailable(String detail, Throwable cause) {
    return of(HttpStatus.SERVICE_UNAVAILABLE, detail, cause);
  }

  private static ErrorResponseException of(HttpStatus status, String detail, Throwable cause) {
    return new ErrorResponseException(
        status, ProblemDetail.forStatusAndDetail(status, detail), cause);
  }
}
