// Calls one tool of spcheck mcp, or lists the tools: node mcp.mjs SPCHECK TOOL JSON
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
const [program, tool, args] = process.argv.slice(2);
const client = new Client({ name: "spcheck-test", version: "1.0.0" });
await client.connect(new StdioClientTransport({ command: program, args: ["mcp"], env: process.env, stderr: "inherit" }));
if (tool === "tools") {
  const { tools } = await client.listTools();
  console.log(tools.map((t) => `${t.name} ${t.annotations.readOnlyHint}`).sort().join("\n"));
} else {
  const result = await client.callTool({ name: tool, arguments: JSON.parse(args) });
  const say = result.isError ? console.error : console.log;
  say(JSON.stringify(result.structuredContent ?? result.content));
  process.exitCode = result.isError ? 1 : 0;
}
await client.close();
