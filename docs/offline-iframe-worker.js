// On a page from the disk a browser starts no worker. The script of the search runs in a hidden frame in its place.
if (location.protocol === "file:") {
  window.Worker = class extends EventTarget {
    constructor(script) {
      super();
      const frame = document.createElement("iframe");
      frame.hidden = true;
      const begun = new Promise((done) => { frame.onload = done; });
      const tag = document.createElement("script");
      tag.src = new URL(script, document.baseURI).href;
      window.__answered = (data) => this.dispatchEvent(new MessageEvent("message", { data }));
      frame.srcdoc = `<script>window.postMessage = (data) => parent.__answered(data)</script>${tag.outerHTML}`;
      document.body.append(frame);
      this.postMessage = async (data) => {
        await begun;
        frame.contentWindow.dispatchEvent(new MessageEvent("message", { data }));
      };
      this.terminate = () => frame.remove();
    }
  };
}
