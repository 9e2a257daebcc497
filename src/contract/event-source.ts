/** Reads server-sent events (WHATWG HTML, 9.2) from a response: fields `id` and `data`; comments are passed by. */
export async function* readServerSentEvents(
  response: Response,
): AsyncGenerator<{ readonly id: string | null; readonly data: never }> {
  if (response.body === null) return;
  let rest = "";
  for await (const text of response.body.pipeThrough(new TextDecoderStream())) {
    const blocks = (rest + text).split(/\r?\n\r?\n/);
    rest = blocks.pop() ?? "";
    for (const block of blocks) {
      const event = parseBlock(block);
      if (event) yield event;
    }
  }
}

function parseBlock(block: string): { id: string | null; data: never } | null {
  let id: string | null = null;
  const data: string[] = [];
  for (const line of block.split(/\r?\n/)) {
    if (line.startsWith("data:")) data.push(line.slice(5).replace(/^ /, ""));
    else if (line.startsWith("id:")) id = line.slice(3).trim();
  }
  return data.length === 0 ? null : { id, data: JSON.parse(data.join("\n")) as never };
}
