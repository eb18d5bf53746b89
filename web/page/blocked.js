// The build puts start.js and style.css into index.html. Where a server's own policy blocks what is inside
// a page, they are loaded here as files.

/** Adds an element to the page's head. Waits until its file is there, or cannot be had. */
function load(element) {
  return new Promise((settled) => {
    element.onload = element.onerror = settled;
    document.head.append(element);
  });
}

const urlOf = (name) => new URL(name, import.meta.url).href;

const loading = [];
if (!self.texts)
  loading.push(load(Object.assign(document.createElement('script'), {src: urlOf('start.js')})));
if (!document.querySelector('style, [rel=stylesheet]').sheet)
  loading.push(load(Object.assign(document.createElement('link'), {rel: 'stylesheet', href: urlOf('style.css')})));
await Promise.all(loading);
