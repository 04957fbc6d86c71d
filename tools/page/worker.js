// Runs in a worker behind wasm_exec.js: unpacks the program, then answers texts.
self.ready = () => self.postMessage({ ready: true });
self.onmessage = async (event) => {
  if (event.data.program) {
    const unpacked = new Blob([event.data.program]).stream().pipeThrough(new DecompressionStream("gzip"));
    const go = new Go();
    const { instance } = await WebAssembly.instantiate(await new Response(unpacked).arrayBuffer(), go.importObject);
    go.run(instance);
    return;
  }
  const { id, text, lang } = event.data;
  self.postMessage({ id, answer: JSON.parse(self.explain(text, lang)) });
};
