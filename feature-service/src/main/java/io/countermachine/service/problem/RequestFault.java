package io.countermachine.service.problem;

import io.countermachine.catalog.Catalog;
import io.countermachine.catalog.Group;
import io.countermachine.catalog.Suggestions;
import org.springframework.http.HttpStatus;

/** A request that cannot be answered, through the caller's fault. */
public final class RequestFault extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final HttpStatus status;
  private final String field;

  private RequestFault(HttpStatus status, String field, String detail) {
    super(detail);
    this.status = status;
    this.field = field;
  }

  /**
   * A malformed request.
   *
   * @param field which field is wrong, such as {@code candidates[3].postId}; null for the body as a
   *     whole
   */
  public static RequestFault bad(String field, String detail) {
    return new RequestFault(HttpStatus.BAD_REQUEST, field, detail);
  }

  /** A request that was right for another catalog. */
  public static RequestFault conflict(String field, String detail) {
    return new RequestFault(HttpStatus.CONFLICT, field, detail);
  }

  public static RequestFault tooLarge(String detail) {
    return new RequestFault(HttpStatus.CONTENT_TOO_LARGE, null, detail);
  }

  /** A body that does not come in in time; its connection is ended with the answer. */
  public static RequestFault tooSlow(String detail) {
    return new RequestFault(HttpStatus.REQUEST_TIMEOUT, null, detail);
  }

  public static RequestFault notFound(String detail) {
    return new RequestFault(HttpStatus.NOT_FOUND, null, detail);
  }

  /** A group that the catalog lacks; names the one that was probably meant, or all. */
  public static RequestFault unknownGroup(String name, Catalog catalog) {
    return notFound(
        "there is no group %s; %s"
            .formatted(
                name, Suggestions.of(name, catalog.groups().stream().map(Group::name).toList())));
  }

  public HttpStatus status() {
    return status;
  }

  /** Which field is wrong; null for the request as a whole. */
  public String field() {
    return field;
  }
}
