package io.countermachine.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import io.countermachine.local.process.Installation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.Keys;
import org.openqa.selenium.WebElement;

/**
 * Takes the console's pictures in {@code docs/images} again, from a demo that has run for some
 * minutes. No build runs this class, because its name is neither that of a test nor that of an IT.
 * See {@code docs/console.md}.
 */
class ConsolePictures {
  private static final String CONSOLE = System.getProperty("console", "http://localhost:8090/");
  private static final Path IMAGES =
      Path.of(System.getProperty("images", Installation.root().resolve("docs/images").toString()));

  /**
   * A post that is always busy. The one that the page chooses may be viral in this minute and quiet
   * in the next.
   */
  private static final String POST = "p4";

  private static final int MOST_BYTES = 300_000;

  /** The charts show one minute, starting when the page was opened. */
  private static final Duration FULL_CHARTS = Duration.ofSeconds(66);

  @TempDir private static Path folder;
  private static Browser browser;

  @BeforeAll
  static void start() throws IOException {
    browser =
        Browser.open(
            Browser.find().orElseThrow(), Files.createDirectories(folder.resolve("profile")));
  }

  @AfterAll
  static void stop() {
    if (browser != null) {
      browser.close();
    }
  }

  @Test
  void light_isTheWholePage_withAnEventOnItsWay() throws IOException {
    open(1440, 900, "light");
    browser.one("#send-follow").click();
    browser.one("#send-button").click();
    browser.await("the event's stages", () -> browser.all("[data-state=done]").size() == 4);
    take("console-light.png");
  }

  @Test
  void dark_isAnExplanation_overTheCurves() throws IOException {
    open(1440, 900, "dark");
    browser.one("#live-charts [data-interval='1h']").click();
    browser.await("the explanation", () -> !browser.all("#explain .verdict").isEmpty());
    take("console-dark.png");
  }

  @Test
  void phone_isTheItemLive() throws IOException {
    open(390, 844, "light");
    take("console-phone.png");
  }

  @Test
  void sessions_areOnALineOfTime_besideTheRule() throws IOException {
    open(1440, 900, "light");
    browser.await("sessions", () -> !browser.all(".timeline .session").isEmpty());
    browser.run("document.getElementById('sessions').scrollIntoView()");
    take("console-sessions.png");
  }

  private static void open(int width, int height, String colours) {
    browser.screen(width, height, colours);
    browser.hideScrollbars();
    browser.go(CONSOLE);
    browser.await("the page", () -> browser.run("return document.body.dataset.ready") != null);
    WebElement key = browser.one("#live-key input");
    key.clear();
    key.sendKeys(POST, Keys.ENTER);
    browser.await(
        "full charts",
        FULL_CHARTS.multipliedBy(2),
        () ->
            ((Number) browser.run("return performance.now()")).longValue()
                > FULL_CHARTS.toMillis());
    browser.await(
        "four components up", () -> browser.all("#components li[data-state=UP]").size() == 4);
  }

  private static void take(String name) throws IOException {
    browser.await(
        "no bar that moves",
        () -> browser.run("return document.getAnimations().length").equals(0L));
    byte[] picture = browser.picture();
    assertThat(picture).as("bytes of %s", name).hasSizeLessThan(MOST_BYTES);
    Files.write(IMAGES.resolve(name), picture);
    browser.assertNoErrors();
  }
}
