/**
 * The same call for other programs. The body is inserted as typed, which is safe because JSON never
 * contains three quotes in a row.
 */

const url = ({ serviceUrl }) => `${serviceUrl}/v1/features`;

export const SNIPPETS = {
  curl: (body, settings) =>
    [
      `curl -s ${url(settings)} \\`,
      ...(settings.hasApiKey ? ['  -H "X-Api-Key: $API_KEY" \\'] : []),
      "  -H 'Content-Type: application/json' \\",
      `  -d '${body.replaceAll("'", "'\\''")}'`,
    ].join("\n"),

  python: (body, settings) => `${settings.hasApiKey ? "import os\n" : ""}import requests

body = r"""${body}"""
answer = requests.post(
    "${url(settings)}",
    data=body.encode(),
    headers={"Content-Type": "application/json"${settings.hasApiKey ? ', "X-Api-Key": os.environ["API_KEY"]' : ""}},
    timeout=1,
)
answer.raise_for_status()
names = answer.json()["metadata"]["features"]
for result in answer.json()["results"]:
    print(dict(zip(names, result["values"])))
`,

  java: (body, settings) => `import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;

class Ask {
  public static void main(String[] arguments) throws Exception {
    String body =
        """
${body.replaceAll("\\", "\\\\").replace(/^/gm, "        ")}""";
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("${url(settings)}"))
            .timeout(Duration.ofSeconds(1))
            .header("Content-Type", "application/json")${settings.hasApiKey ? '\n            .header("X-Api-Key", System.getenv("API_KEY"))' : ""}
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build();
    HttpResponse<String> answer =
        HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
    System.out.println(answer.statusCode() + " " + answer.body());
  }
}
`,
};
