// Photographs of what is written on paper: opened, dropped or pasted, cleaned in a worker, and shown
// in place of the drawing.

/** The longest side that is shown, in pixels: the pad's, on a screen of double density. */
const SHOWN = 560;

/** More bytes than any camera's picture has. */
const MOST_BYTES = 256 << 20;

/** A photograph in place of the drawing. */
export class Photo {
  /** Called whenever there is another one, or none any more, and when it has been cleaned. */
  onchange = () => {};

  /** Called with what is wrong with a photograph, once it is not there any more. */
  onproblem = (text) => {};

  /** @type {?ImageData} What is written on it, for the recogniser, once it has been cleaned. */
  picture = null;

  #canvas;
  /** @type {?Worker} At work on the photograph. */
  #worker = null;

  /** @param {HTMLCanvasElement} canvas shows it */
  constructor(canvas) {
    this.#canvas = canvas;
  }

  /** Whether there is one, be it clean already or not. */
  get isThere() {
    return Boolean(this.#worker || this.picture);
  }

  /** Takes another one. @param {File} file */
  open(file) {
    this.#end();
    if (file.size > MOST_BYTES) return this.#fail(texts.photoTooLarge(file.name));
    this.#worker = new Worker(new URL('photo-worker.js', import.meta.url), {type: 'module'});
    this.#worker.onmessage = ({data}) => {
      if (data.picture) this.#show(data);
      else this.#fail(data.problem || texts.photoUnreadable(file.name));
    };
    // What the worker can tell it tells in a message; this is a browser that cannot start it.
    this.#worker.onerror = () => this.#fail(texts.photoUnsupported);
    this.#worker.postMessage({file, shown: SHOWN});
    this.onchange();
  }

  /** Takes it away: what is drawn is there again. */
  remove() {
    this.#end();
    this.onchange();
  }

  #end() {
    this.#worker?.terminate();
    this.#worker = null;
    this.picture = null;
    this.#canvas.hidden = true;
  }

  #fail(problem) {
    this.remove();
    this.onproblem(problem);
  }

  #show({picture, shown}) {
    // It has done its work, and its memory is worth more than its next start.
    this.#end();
    this.picture = picture;
    this.#canvas.width = shown.width;
    this.#canvas.height = shown.height;
    this.#canvas.getContext('bitmaprenderer').transferFromImageBitmap(shown);
    this.#canvas.hidden = false;
    this.onchange();
  }
}

/**
 * Leads the first picture file that is opened with a file input, dropped on the page or pasted
 * there to an action.
 * @param {HTMLInputElement} input
 * @param {HTMLElement} target is marked while a file is over the page
 * @param {(file: File) => void} open
 */
export function listenForFiles(input, target, open) {
  /** @param {?DataTransfer} data */
  const openFirst = (data) => {
    const files = [...(data?.files ?? [])];
    const file = files.find(({type}) => type.startsWith('image/')) ?? files[0];
    if (file) open(file);
    return Boolean(file);
  };
  const hasFiles = ({dataTransfer}) => dataTransfer?.types.includes('Files');
  const mark = (isOver) => target.classList.toggle('dropping', isOver);

  input.addEventListener('change', () => {
    openFirst(input);
    // So that the same file can be opened again.
    input.value = '';
  });
  document.addEventListener('paste', (event) => {
    if (openFirst(event.clipboardData)) event.preventDefault();
  });
  document.addEventListener('dragover', (event) => {
    if (!hasFiles(event)) return;
    event.preventDefault();
    mark(true);
  });
  document.addEventListener('dragleave', (event) => {
    if (!event.relatedTarget) mark(false);
  });
  document.addEventListener('drop', (event) => {
    if (!hasFiles(event)) return;
    event.preventDefault();
    mark(false);
    openFirst(event.dataTransfer);
  });
}
