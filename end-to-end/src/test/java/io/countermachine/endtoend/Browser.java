package io.countermachine.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.logging.Level;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.openqa.selenium.By;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.StaleElementReferenceException;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.interactions.Actions;
import org.openqa.selenium.logging.LogEntry;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;
import org.openqa.selenium.support.ui.WebDriverWait;

/** A real browser without a window. */
final class Browser implements AutoCloseable {
  private static final Duration LIMIT = Duration.ofSeconds(30);

  /** The paths of a browser and its driver. */
  record Installed(File browser, File driver) {}

  private final ChromeDriver driver;

  private Browser(ChromeDriver driver) {
    this.driver = driver;
  }

  /** The first browser on the PATH whose driver is there, too. */
  static Optional<Installed> find() {
    return Stream.of("chromium", "chromium-browser", "google-chrome")
        .map(Browser::onPath)
        .flatMap(Optional::stream)
        .findFirst()
        .flatMap(browser -> onPath("chromedriver").map(driver -> new Installed(browser, driver)));
  }

  private static Optional<File> onPath(String program) {
    return Pattern.compile(Pattern.quote(File.pathSeparator))
        .splitAsStream(System.getenv().getOrDefault("PATH", ""))
        .map(folder -> new File(folder, program))
        .filter(File::canExecute)
        .findFirst();
  }

  static Browser open(Installed installed, Path profile) {
    ChromeOptions options = new ChromeOptions();
    options.setBinary(installed.browser());
    options.addArguments(
        "--headless=new",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--user-data-dir=" + profile);
    LoggingPreferences logs = new LoggingPreferences();
    logs.enable(LogType.BROWSER, Level.ALL);
    options.setCapability("goog:loggingPrefs", logs);
    return new Browser(
        new ChromeDriver(
            new ChromeDriverService.Builder()
                .usingDriverExecutable(installed.driver())
                .usingAnyFreePort()
                .build(),
            options));
  }

  /** Sets the size of the page and the user's preferred colour scheme. */
  Browser screen(int width, int height, String colours) {
    driver.executeCdpCommand(
        "Emulation.setDeviceMetricsOverride",
        Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", width < 500));
    driver.executeCdpCommand(
        "Emulation.setEmulatedMedia",
        Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", colours))));
    return this;
  }

  void go(String address) {
    driver.get(address);
  }

  /** Runs a script in the page. The script gets the arguments as {@code arguments}. */
  Object run(String script, Object... arguments) {
    return driver.executeScript(script, arguments);
  }

  /** Runs the body of an async function in the page, and returns its result. */
  Object runAsync(String body) {
    return driver.executeAsyncScript(
        "const done = arguments[arguments.length - 1]; (async () => {"
            + body
            + "})().then(done, (e) => done('failed: ' + e));");
  }

  WebElement one(String css) {
    return driver.findElement(By.cssSelector(css));
  }

  List<WebElement> all(String css) {
    return driver.findElements(By.cssSelector(css));
  }

  /** The current text of an element, without waiting. */
  String text(String css) {
    return (String) run("return document.querySelector(arguments[0]).innerText.trim()", css);
  }

  /** Presses keys like a person at the keyboard. */
  void press(CharSequence... keys) {
    new Actions(driver).sendKeys(keys).perform();
  }

  /** Holds one key while it presses another. */
  void pressWith(CharSequence held, CharSequence key) {
    new Actions(driver).keyDown(held).sendKeys(key).keyUp(held).perform();
  }

  WebElement focused() {
    return driver.switchTo().activeElement();
  }

  /** Waits until a condition holds. */
  void await(String what, Supplier<Boolean> condition) {
    await(what, LIMIT, condition);
  }

  /** Waits until a condition holds, with a time limit. */
  void await(String what, Duration limit, Supplier<Boolean> condition) {
    new WebDriverWait(driver, limit, Duration.ofMillis(100))
        .ignoring(StaleElementReferenceException.class)
        .withMessage(what)
        .until(any -> condition.get());
  }

  /** Runs a script in each page before the page's own scripts, until the result is closed. */
  AutoCloseable beforePages(String script) {
    Object added =
        driver
            .executeCdpCommand("Page.addScriptToEvaluateOnNewDocument", Map.of("source", script))
            .get("identifier");
    return () ->
        driver.executeCdpCommand(
            "Page.removeScriptToEvaluateOnNewDocument", Map.of("identifier", added));
  }

  void hideScrollbars() {
    driver.executeCdpCommand("Emulation.setScrollbarsHidden", Map.of("hidden", true));
  }

  /** The visible part of the page as a PNG. */
  byte[] picture() {
    return driver.getScreenshotAs(OutputType.BYTES);
  }

  /**
   * Fails if the page or the network has reported errors since the last call. It ignores 503, which
   * an overloaded machine may return to one of many polls: the page repeats it.
   */
  void assertNoErrors() {
    assertThat(driver.manage().logs().get(LogType.BROWSER).getAll())
        .extracting(LogEntry::getMessage)
        .filteredOn(message -> !message.contains("responded with a status of 503"))
        .isEmpty();
  }

  @Override
  public void close() {
    driver.quit();
  }
}
