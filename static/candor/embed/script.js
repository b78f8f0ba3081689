// On other people's pages: a frame in a corner that is seen only while something is wrong. Asked for
// as Statuspage's is: window.status_embed_config, or data-position and so on of the script element.
(() => {
  const SIDE = "60px";
  const own = document.currentScript ?? document.querySelector('script[src*="/embed/script.js"]');
  if (!own) return;
  const root = new URL("../", own.src);
  const config = { ...window.status_embed_config };
  for (const [name, value] of Object.entries(own.dataset)) {
    config[name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)] = value;
  }
  const colours = Object.entries(config).filter(([name, value]) => name.endsWith("_color") && value);
  const language = /^[a-z]{2,3}(-[a-z]+)?$/i.test(config.language ?? "") ? `${config.language}/` : "";
  const [edge, side] = /^(top|bottom)-(left|right)$/.exec(config.position ?? "")?.slice(1) ?? ["bottom", "left"];

  const frame = document.createElement("iframe");
  frame.src = new URL(`${language}embed/#${new URLSearchParams(colours)}`, root).href;
  frame.title = "Status";
  const small = Math.min(screen.width, innerWidth) < 450;
  const place = small
    ? { width: "100vw", height: "20vh", "min-height": "115px", bottom: "0", left: "0" }
    : { width: "320px", height: "115px", [edge]: SIDE, [side]: SIDE };
  const look = { ...place, position: "fixed", border: "0", "z-index": "9999", "color-scheme": "light dark", "box-shadow": "0 20px 32px -8px rgb(9 20 66 / 25%)" };
  // Set one by one: a policy that forbids style attributes allows this.
  for (const [name, value] of Object.entries(look)) frame.style.setProperty(name, value);

  const see = (seen) => frame.style.setProperty("display", seen ? "block" : "none", "important");
  const actions = { showFrame: () => see(true), dismissFrame: () => see(false) };
  addEventListener("message", ({ source, origin, data }) => {
    if (source !== frame.contentWindow || origin !== root.origin) return;
    if (typeof data?.title === "string") frame.title = data.title;
    if (Object.hasOwn(actions, data?.action ?? "")) actions[data.action]();
  });
  window.statusEmbedTest = actions.showFrame;
  see(false);
  const add = () => document.body.append(frame);
  if (document.body) add();
  else document.addEventListener("DOMContentLoaded", add);
})();
