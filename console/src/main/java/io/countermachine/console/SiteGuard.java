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
 * Keeps other sites out. Pages load nothing from elsewhere, run no inline code and are shown in no
 * frame. A request under a foreign name is refused: a site whose name is made to point at this
 * address would otherwise be the same origin to a browser. An address in figures has no name that
 * could be made to point elsewhere.
 *
 * <p>A valve, as Tomcat answers a malformed request without asking a filter.
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
    // Files of a reproducible build keep one date, by which a browser would keep old ones for
    // weeks.
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
