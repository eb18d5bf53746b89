// Photographs that are opened, dropped or pasted: cleaned in a worker and shown in place of the drawing.

/** The longest side that is shown, in pixels: that of the pad on a screen of double density. */
const SHOWN_SIDE = 560;

/** More than any camera's picture has. */
const MAX_BYTES = 256 << 20;

/** A photograph that takes longer is given up; one of fifty megapixels takes a second or two. */
const TIMEOUT_MS = 30000;

/** A photograph in place of the drawing. */
export class Photo {
  /** Called when it is opened, cleaned or removed. */
  onchange = () => {};

  /** Called with what is wrong with a photograph, after it was removed. */
  onproblem = (text) => {};

  /** @type {?import('../numeral.js').CleanPicture} The clean picture, once there is one. */
  picture = null;

  #canvas;
  /** @type {?File} The file to be cleaned. */
  #file = null;
  /** @type {?File} The file that the worker cleans; `#file` may be another one by now. */
  #current = null;
  /** @type {?Worker} Cleans one after the other. */
  #worker = null;
  #isReady = false;
  #timer = 0;

  /** @param {HTMLCanvasElement} canvas where it is shown */
  constructor(canvas) {
    this.#canvas = canvas;
  }

  /** Whether there is one, clean or not. */
  get isThere() {
    return Boolean(this.#file || this.picture);
  }

  /** Starts the worker when the page is idle: opening a photograph then needs no network. */
  prepare() {
    const whenIdle = globalThis.requestIdleCallback ?? setTimeout;
    whenIdle(() => this.#worker || this.#start());
  }

  /** Opens another one. @param {File} file */
  open(file) {
    this.#reset();
    if (file.size > MAX_BYTES) return this.#fail(texts.photoTooLarge(file.name));
    this.#file = file;
    this.onchange();
    this.#clean();
  }

  /** Removes it, so that the drawing is there again. */
  remove() {
    this.#reset();
    this.onchange();
  }

  #reset() {
    this.#file = null;
    this.picture = null;
    this.#canvas.hidden = true;
  }

  #fail(problem) {
    this.remove();
    this.onproblem(problem);
  }

  /** Has the worker clean the file, as soon as it can. */
  #clean() {
    if (!this.#file || this.#current) return;
    if (!this.#worker) this.#start();
    if (!this.#worker) return this.#fail(texts.photoForbidden);
    if (this.#isReady) {
      this.#current = this.#file;
      this.#worker.postMessage({file: this.#file, shown: SHOWN_SIDE});
    }
    clearTimeout(this.#timer);
    this.#timer = setTimeout(
        () => this.#end(this.#current ? texts.photoTooSlow : () => texts.photoNotLoaded),
        TIMEOUT_MS);
  }

  #start() {
    // Detects module workers: other browsers never read `type`.
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
      return; // a sandboxed frame
    }
    worker.onmessage = ({data}) => worker === this.#worker && this.#receive(data);
    // The worker reports its own errors in messages. This one did not load, or ran out of memory.
    worker.onerror = (event) => {
      event.preventDefault();
      if (worker !== this.#worker) return;
      if (this.#isReady) this.#end(texts.photoBroken);
      else this.#end(() => knowsModules ? texts.photoNotLoaded : texts.photoUnsupported);
    };
    this.#worker = worker;
  }

  #receive({isReady, picture, shown, size, isHidden, problem}) {
    if (isReady) {
      this.#isReady = true;
      return this.#clean();
    }
    // A fault inside: the next photograph gets another worker.
    if (problem) return this.#end(() => problem);
    clearTimeout(this.#timer);
    const file = this.#current;
    this.#current = null;
    if (file !== this.#file) this.#clean();
    else if (picture) this.#show(picture, shown);
    else if (size) this.#fail(texts.photoTooManyPixels(file.name, size));
    else this.#fail(isHidden ? texts.photoHidden : texts.photoUnreadable(file.name));
  }

  /**
   * Ends the worker and fails the photograph that it was cleaning.
   * @param {(file: string) => string} problem says why, given the file's name
   */
  #end(problem) {
    this.#worker.terminate();
    this.#worker = null;
    this.#isReady = false;
    clearTimeout(this.#timer);
    const file = this.#current ?? this.#file;
    this.#current = null;
    if (file !== this.#file) this.#clean();
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
 * Calls an action with the first picture file that is chosen in a file input, dropped on the page or
 * pasted.
 * @param {HTMLInputElement} input
 * @param {HTMLElement} target is marked while a file is dragged over the page
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
