package io.countermachine.bench.jobs;

/** An event as the tutorial's object mapper fills it in, and as Flink takes it for a POJO. */
public final class Engagement {
  public String eventName;
  public String userId;
  public String postId;
  public String creatorId;
  public String categoryId;
  public long eventTs;
  public double durationMs;

  /** The value of a key field, or null. */
  String field(String name) {
    return switch (name) {
      case "userId" -> userId;
      case "postId" -> postId;
      case "creatorId" -> creatorId;
      case "categoryId" -> categoryId;
      default -> throw new IllegalArgumentException("the events have no " + name);
    };
  }
}
