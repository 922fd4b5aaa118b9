package io.countermachine.job.output;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.countermachine.item.CatalogItem;
import io.countermachine.job.counting.CatalogItems;
import java.util.Map;
import java.util.Optional;
import org.apache.flink.runtime.execution.SuppressRestartsException;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.DynamoDbException;
import software.amazon.awssdk.services.dynamodb.model.GetItemRequest;
import software.amazon.awssdk.services.dynamodb.model.GetItemResponse;
import software.amazon.awssdk.services.dynamodb.model.PutItemRequest;
import software.amazon.awssdk.services.dynamodb.model.PutItemResponse;

class TableCatalogItemsTest {
  /** Answers every call with the same failure. */
  private static final class FailingClient implements DynamoDbClient {
    private final int status;
    private final String code;

    private FailingClient(int status, String code) {
      this.status = status;
      this.code = code;
    }

    private DynamoDbException failure() {
      return (DynamoDbException)
          DynamoDbException.builder()
              .message("the store's words")
              .statusCode(status)
              .awsErrorDetails(AwsErrorDetails.builder().errorCode(code).build())
              .build();
    }

    @Override
    public GetItemResponse getItem(GetItemRequest request) {
      throw failure();
    }

    @Override
    public PutItemResponse putItem(PutItemRequest request) {
      throw failure();
    }

    @Override
    public String serviceName() {
      return "dynamodb";
    }

    @Override
    public void close() {}
  }

  private static final CatalogItem ITEM =
      new CatalogItem("", "", 1, 0, Map.of(), Optional.empty(), Optional.empty(), 0);

  private static TableCatalogItems failing(int status, String code) {
    return new TableCatalogItems(new FailingClient(status, code), "Likes");
  }

  @Test
  void missingRight_isNamed_andEndsTheJobForGood() {
    TableCatalogItems items = failing(400, "AccessDeniedException");
    assertThatThrownBy(items::read)
        .isInstanceOf(SuppressRestartsException.class)
        .rootCause()
        .hasMessageContaining("the store's words");
    assertThatThrownBy(items::read)
        .cause()
        .hasMessageContaining("table Likes")
        .hasMessageContaining("dynamodb:GetItem");
    assertThatThrownBy(() -> items.write(ITEM, Optional.empty()))
        .isInstanceOf(SuppressRestartsException.class)
        .cause()
        .hasMessageContaining("dynamodb:PutItem");
  }

  @Test
  void storeThatIsAway_isAskedAgain() {
    assertThatThrownBy(failing(500, "InternalServerError")::read)
        .isInstanceOf(CatalogItems.UnavailableException.class);
    assertThatThrownBy(failing(400, "ThrottlingException")::read)
        .isInstanceOf(CatalogItems.UnavailableException.class);
  }
}
