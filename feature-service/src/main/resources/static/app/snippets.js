/** The same call for other programs. The body is taken as it was typed; JSON never holds three quotes in a row. */

const url = () => new URL("v1/features", location.href).href;

export const SNIPPETS = {
  curl: (body, hasKey) =>
    [
      `curl -s ${url()} \\`,
      ...(hasKey ? ['  -H "X-Api-Key: $API_KEY" \\'] : []),
      "  -H 'Content-Type: application/json' \\",
      `  -d '${body.replaceAll("'", "'\\''")}'`,
    ].join("\n"),

  python: (body, hasKey) => `${hasKey ? "import os\n" : ""}import requests

body = r"""${body}"""
answer = requests.post(
    "${url()}",
    data=body.encode(),
    headers={"Content-Type": "application/json"${hasKey ? ', "X-Api-Key": os.environ["API_KEY"]' : ""}},
    timeout=1,
)
answer.raise_for_status()
names = answer.json()["metadata"]["features"]
for result in answer.json()["results"]:
    print(dict(zip(names, result["values"])))
`,

  java: (body, hasKey) => `import java.net.URI;
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
        HttpRequest.newBuilder(URI.create("${url()}"))
            .timeout(Duration.ofSeconds(1))
            .header("Content-Type", "application/json")${hasKey ? '\n            .header("X-Api-Key", System.getenv("API_KEY"))' : ""}
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build();
    HttpResponse<String> answer =
        HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
    System.out.println(answer.statusCode() + " " + answer.body());
  }
}
`,
};
