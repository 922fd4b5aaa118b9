package io.countermachine.console;

import static java.nio.charset.StandardCharsets.UTF_8;

import jakarta.servlet.ServletException;
import java.io.IOException;
import java.util.Locale;
import java.util.regex.Pattern;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ValveBase;
import org.springframework.http.HttpHeaders;

/**
 * Protects the page from other sites. Pages load nothing from other hosts, run no inline scripts,
 * and cannot be framed. A request under an unknown host name is refused: a malicious site could
 * make its own name resolve to this address, and a browser would treat both as the same origin (DNS
 * rebinding). An IP address is safe, because it needs no name resolution.
 *
 * <p>This is a valve because Tomcat responds to a malformed request without calling any filter.
 */
final class SiteGuard extends ValveBase {
  static final String POLICY =
      "default-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; object-src 'none'";

  private static final int MISDIRECTED = 421;
  private static final String FOREIGN_NAME =
      """
      {"type":"about:blank","title":"Misdirected Request","status":421,\
      "detail":"the console is not served under this name; counter-machine.console.host-names may list it"}""";

  private static final Pattern FIGURES = Pattern.compile("\\d+(\\.\\d+){3}|\\[[0-9a-f:.%]+]");

  private final ConsoleProperties properties;

  SiteGuard(ConsoleProperties properties) {
    super(true);
    this.properties = properties;
  }

  @Override
  public void invoke(Request request, Response response) throws IOException, ServletException {
    response.setHeader("Content-Security-Policy", POLICY);
    response.setHeader("X-Content-Type-Options", "nosniff");
    response.setHeader("Referrer-Policy", "no-referrer");
    // Files of a reproducible build all have the same date, so a browser would keep old versions
    // for weeks.
    response.setHeader(HttpHeaders.CACHE_CONTROL, "no-store");
    if (response.isError() || isOwn(request.getServerName())) {
      getNext().invoke(request, response);
    } else {
      response.setStatus(MISDIRECTED);
      response.setContentType("application/problem+json");
      response.getOutputStream().write(FOREIGN_NAME.getBytes(UTF_8));
    }
  }

  private boolean isOwn(String host) {
    String name = host.toLowerCase(Locale.ROOT);
    return name.equals("localhost")
        || FIGURES.matcher(name).matches()
        || properties.hostNames().contains(name);
  }
}
