#include "core/feed/feed_page.h"

namespace sightline {

std::string_view feedPage() {
    // Each page holds one connection, of which browsers allow six to a host: the picture, into which the caption is
    // drawn, or the events. A page that was refused or lost the program tries again.
    return R"html(<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Sightline</title>
<style>
html, body { margin: 0; height: 100%; background: transparent; overflow: hidden; }
img { display: block; width: 100%; height: 100%; object-fit: contain; }
p { position: absolute; left: 5%; right: 5%; bottom: 4%; margin: 0; text-align: center; }
span { font: 600 5vh sans-serif; color: white; background: rgb(0 0 0 / 75%); padding: .2em .6em; border-radius: .3em;
       box-decoration-break: clone; -webkit-box-decoration-break: clone; }
[hidden] { display: none; }
</style>
<img id="picture" alt="" hidden>
<p id="box" aria-live="polite" hidden><span id="caption"></span></p>
<script>
const query = new URLSearchParams(location.search);
const token = "?token=" + encodeURIComponent(query.get("token") || "");
const only = query.get("show") === "caption";
const picture = document.getElementById("picture");
const caption = document.getElementById("caption");
const box = document.getElementById("box");
const say = text => { caption.textContent = text; box.hidden = !text; };
const again = 2000;
const patience = 5000;

// The answer to a short request; null when none came.
const ask = async path => {
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), patience);
  try {
    const answer = await fetch(path + token, {signal: stop.signal});
    const stream = answer.ok && path !== "caption";
    const text = stream ? "" : await answer.text();
    if (stream) stop.abort();
    return {status: answer.status, text, run: answer.headers.get("X-Feed-Run")};
  } catch (error) {
    return stop.signal.aborted ? {status: 0, text: "", run: null} : null;
  } finally {
    clearTimeout(timer);
  }
};
const crowded = "This browser has too many connections to the feed. Close other pages of it.";

const listen = () => {
  const events = new EventSource("captions" + token);
  events.addEventListener("caption", event => say(JSON.parse(event.data).caption));
  events.addEventListener("clear", () => say(""));
  events.onerror = async () => {
    say("");
    if (events.readyState !== EventSource.CLOSED) return;  // it tries again itself
    const answer = await ask("captions");
    if (answer && answer.status >= 400) say(answer.text);
    setTimeout(listen, again);
  };
};

let run = null;
let shown = false;  // that the picture was asked for, and not refused
const watch = () => {
  shown = true;
  picture.src = "preview.mjpg" + token + "&at=" + Date.now();
  picture.hidden = false;
};
picture.onerror = async () => {
  shown = false;
  picture.hidden = true;
  const answer = await ask("preview.mjpg");
  if (answer && answer.status >= 400) say(answer.text);
};
const look = async () => {
  const answer = await ask("caption");
  if (!answer) {  // the program is gone
    shown = false;
    picture.hidden = true;
    say("");
  } else if (answer.status === 200 || answer.status === 204) {
    picture.alt = answer.status === 200 ? JSON.parse(answer.text).caption : "";
    if (!shown || run !== answer.run) watch();
    run = answer.run;
    if (picture.naturalWidth > 0) say("");
  } else if (answer.status >= 400) {
    say(answer.text);
  } else if (picture.naturalWidth === 0) {
    say(crowded);
  }
  setTimeout(look, again);
};
if (only) listen(); else look();
</script>
)html";
}

}  // namespace sightline
