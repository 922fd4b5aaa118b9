package io.countermachine.service.problem;

import io.countermachine.catalog.Catalog;
import io.countermachine.catalog.Group;
import io.countermachine.catalog.Suggestions;
import org.springframework.http.HttpStatus;

/** A request that the service refuses because the caller made a mistake. */
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
   * @param field the wrong field, such as {@code candidates[3].postId}; null for the whole body
   */
  public static RequestFault bad(String field, String detail) {
    return new RequestFault(HttpStatus.BAD_REQUEST, field, detail);
  }

  /** A request that was valid for another version of the catalog. */
  public static RequestFault conflict(String field, String detail) {
    return new RequestFault(HttpStatus.CONFLICT, field, detail);
  }

  public static RequestFault tooLarge(String detail) {
    return new RequestFault(HttpStatus.CONTENT_TOO_LARGE, null, detail);
  }

  /** A body that does not arrive in time. Its connection is closed after the response. */
  public static RequestFault tooSlow(String detail) {
    return new RequestFault(HttpStatus.REQUEST_TIMEOUT, null, detail);
  }

  public static RequestFault notFound(String detail) {
    return new RequestFault(HttpStatus.NOT_FOUND, null, detail);
  }

  /**
   * A group that the catalog does not have. The message names the one that was probably meant, or
   * all.
   */
  public static RequestFault unknownGroup(String name, Catalog catalog) {
    return notFound(
        "there is no group %s; %s"
            .formatted(
                name, Suggestions.of(name, catalog.groups().stream().map(Group::name).toList())));
  }

  public HttpStatus status() {
    return status;
  }

  /** The wrong field; null for the whole request. */
  public String field() {
    return field;
  }
}
