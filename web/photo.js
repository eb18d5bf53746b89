// Photographs of what is written on paper: opened, dropped or pasted, cleaned in a worker, and shown
// in place of the drawing.

/** The longest side that is shown, in pixels: the pad's, on a screen of double density. */
const SHOWN = 560;

/** More bytes than any camera's picture has. */
const MOST_BYTES = 256 << 20;

/** What has not come to its end by then never will: fifty megapixels take a second or two. */
const PATIENCE_MS = 30000;

/** A photograph in place of the drawing. */
export class Photo {
  /** Called whenever there is another one, or none any more, and when it has been cleaned. */
  onchange = () => {};

  /** Called with what is wrong with a photograph, once it is not there any more. */
  onproblem = (text) => {};

  /** @type {?ImageData} What is written on it, for the recogniser, once it has been cleaned. */
  picture = null;

  #canvas;
  /** @type {?File} Is to be read. */
  #file = null;
  /** @type {?File} Is being read; it may be another one meanwhile that is to be. */
  #reading = null;
  /** @type {?Worker} Reads one after the other. */
  #worker = null;
  #isReady = false;
  #timer = 0;

  /** @param {HTMLCanvasElement} canvas shows it */
  constructor(canvas) {
    this.#canvas = canvas;
  }

  /** Whether there is one, be it clean already or not. */
  get isThere() {
    return Boolean(this.#file || this.picture);
  }

  /** Gets ready while the page has nothing else to do: opening one then needs no network. */
  prepare() {
    const whenIdle = globalThis.requestIdleCallback ?? setTimeout;
    whenIdle(() => this.#worker || this.#start());
  }

  /** Takes another one. @param {File} file */
  open(file) {
    this.#take();
    if (file.size > MOST_BYTES) return this.#fail(texts.photoTooLarge(file.name));
    this.#file = file;
    this.onchange();
    this.#read();
  }

  /** Takes it away: what is drawn is there again. */
  remove() {
    this.#take();
    this.onchange();
  }

  #take() {
    this.#file = null;
    this.picture = null;
    this.#canvas.hidden = true;
  }

  #fail(problem) {
    this.remove();
    this.onproblem(problem);
  }

  /** Has the worker read what is to be read, as soon as it can. */
  #read() {
    if (!this.#file || this.#reading) return;
    if (!this.#worker) this.#start();
    if (!this.#worker) return this.#fail(texts.photoForbidden);
    if (this.#isReady) {
      this.#reading = this.#file;
      this.#worker.postMessage({file: this.#file, shown: SHOWN});
    }
    clearTimeout(this.#timer);
    this.#timer = setTimeout(
        () => this.#end(this.#reading ? texts.photoTooSlow : () => texts.photoNotLoaded),
        PATIENCE_MS);
  }

  #start() {
    // Whoever does not know modules there does not ask for it.
    let knowsModules = false;
    const options = {
      get type() {
        knowsModules = true;
        return 'module';
      },
    };
    let worker;
    try {
      worker = new Worker(new URL('photo-worker.js', import.meta.url), options);
    } catch {
      return; // in a frame that must not have one
    }
    worker.onmessage = ({data}) => worker === this.#worker && this.#receive(data);
    // What the worker can tell it tells in a message; this is one that has not come so far, or has
    // run out of memory.
    worker.onerror = (event) => {
      event.preventDefault();
      if (worker !== this.#worker) return;
      if (this.#isReady) this.#end(texts.photoBroken);
      else this.#end(() => knowsModules ? texts.photoNotLoaded : texts.photoUnsupported);
    };
    this.#worker = worker;
  }

  #receive({isReady, picture, shown, size, problem}) {
    if (isReady) {
      this.#isReady = true;
      return this.#read();
    }
    // Something broke inside: the next one gets a worker of its own.
    if (problem) return this.#end(() => problem);
    clearTimeout(this.#timer);
    const file = this.#reading;
    this.#reading = null;
    if (file !== this.#file) this.#read();
    else if (picture) this.#show(picture, shown);
    else if (size) this.#fail(texts.photoTooManyPixels(file.name, size));
    else this.#fail(texts.photoUnreadable(file.name));
  }

  /**
   * The end of the worker, and of what it was to read.
   * @param {(file: string) => string} problem says why, with its name
   */
  #end(problem) {
    this.#worker.terminate();
    this.#worker = null;
    this.#isReady = false;
    clearTimeout(this.#timer);
    const file = this.#reading ?? this.#file;
    this.#reading = null;
    if (file !== this.#file) this.#read();
    else if (file) this.#fail(problem(file.name));
  }

  #show(picture, shown) {
    this.#file = null;
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
