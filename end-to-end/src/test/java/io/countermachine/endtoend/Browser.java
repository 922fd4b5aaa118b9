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

  /** Where a browser and its driver are. */
  record Installed(File browser, File driver) {}

  private final ChromeDriver driver;

  private Browser(ChromeDriver driver) {
    this.driver = driver;
  }

  /** The first browser on the PATH that has a driver there, too. */
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

  /** Sets the size of the page and the colours its user prefers. */
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

  /** Runs a script in the page; it has the arguments as {@code arguments}. */
  Object run(String script, Object... arguments) {
    return driver.executeScript(script, arguments);
  }

  /** Runs the body of an async function in the page and gives what it returns. */
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

  /** The text that the page's element has now, read at once. */
  String text(String css) {
    return (String) run("return document.querySelector(arguments[0]).innerText.trim()", css);
  }

  /** Presses keys, as a person at the keyboard. */
  void press(CharSequence... keys) {
    new Actions(driver).sendKeys(keys).perform();
  }

  /** Holds one key while another is pressed. */
  void pressWith(CharSequence held, CharSequence key) {
    new Actions(driver).keyDown(held).sendKeys(key).keyUp(held).perform();
  }

  WebElement focused() {
    return driver.switchTo().activeElement();
  }

  /** Waits until something holds. */
  void await(String what, Supplier<Boolean> condition) {
    await(what, LIMIT, condition);
  }

  /** The same, for at most a time. */
  void await(String what, Duration limit, Supplier<Boolean> condition) {
    new WebDriverWait(driver, limit, Duration.ofMillis(100))
        .ignoring(StaleElementReferenceException.class)
        .withMessage(what)
        .until(any -> condition.get());
  }

  /** Runs a script in each page before the page's own, until the result is closed. */
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

  /** What the screen shows, as a PNG. */
  byte[] picture() {
    return driver.getScreenshotAs(OutputType.BYTES);
  }

  /**
   * Fails on what the page and the network complained of since this was last asked; but not on 503,
   * which a machine with too much to do may answer to one of many polls: the page asks again.
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
