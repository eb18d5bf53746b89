// Drawing on a canvas with the mouse, a finger or a pen.

/** Height and width of the pad in its own pixels: CSS pixels, unless CSS scales it. */
export const SIZE = 280;

/** Canvas pixels per pad pixel, at most: crisp enough, and all of them go to the recogniser. */
const MAX_DENSITY = 2;

/** Smallest change of a pen's line width that is drawn, as a share of the brush. */
const WIDTH_STEP = 0.05;

/** Curves of one segment, at most: a stroke's last segment is repainted at each move. */
const MAX_CURVES = 200;

/** Steps of the history, at most; what is on the pad is always kept. */
const MAX_STEPS = 1000;

/** What the ink's colour depends on. */
const INK_QUERIES = [
  '(prefers-color-scheme: dark)', '(prefers-contrast: more)', '(forced-colors: active)',
];

/** A step of the history that cleared everything. */
const CLEARED = null;

/**
 * @typedef {{x: number, y: number}} Point in the pad's pixels
 * @typedef {{path: Path2D, width: number, curves: number}} Segment of a stroke, of one width
 * @typedef {number|string} Pointer a pointer event's `pointerId`, or another name of who draws
 * @typedef {{pointer: Pointer, segments: Segment[], last: Point, middle: Point}} Stroke `last`: the
 *     pointer's latest position; `middle`: where the line ends so far, half-way there
 */

/** What the pad and the keyboard's pen look like, on the page as in <numeral-pad>. */
const STYLE = `
  .numeral-canvas {
    cursor: crosshair;
    touch-action: none;
    user-select: none;
    -webkit-user-select: none;
    -webkit-touch-callout: none;
  }
  /* Where a pen that is moved with keys is: a ring, filled while it draws. */
  .numeral-cursor {
    position: absolute;
    box-sizing: border-box;
    width: 1rem;
    height: 1rem;
    translate: -50% -50%;
    border: 3px solid var(--accent);
    border-radius: 50%;
    pointer-events: none;
  }
  .numeral-cursor.down { background: var(--accent); }
  .numeral-cursor[hidden] { display: none; }
`;

/** Adds style rules to a document or shadow root: a page's policy may forbid style elements. */
export function adoptStyle(root, rules) {
  // Not in the browsers that tests of components simulate.
  if (!globalThis.CSSStyleSheet?.prototype.replaceSync || !root.adoptedStyleSheets) return;
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(rules);
  root.adoptedStyleSheets = [...root.adoptedStyleSheets, sheet];
}

/** Does something once a frame at most. */
export class FrameTask {
  #action;
  #frame = 0;

  /** @param {() => void} action */
  constructor(action) {
    this.#action = action;
  }

  /** Does it in the next frame. */
  schedule() {
    this.#frame ||= requestAnimationFrame(() => {
      this.#frame = 0;
      this.#action();
    });
  }

  cancel() {
    cancelAnimationFrame(this.#frame);
    this.#frame = 0;
  }
}

const middle = (a, b) => ({x: (a.x + b.x) / 2, y: (a.y + b.y) / 2});

/**
 * Strokes on a transparent canvas, in its CSS `color`. A stroke is a chain of quadratic curves: the
 * pointer's positions are the control points, and the midpoints between them the ends. So it is smooth
 * however far apart the positions are.
 */
export class Pad {
  /** Called when the drawing has changed. */
  onchange = () => {};

  /** Width of the lines, in the pad's pixels. A pen's pressure makes them thinner or thicker. */
  brush = 14;

  #canvas;
  #cursor;
  #context;
  /** Canvas pixels per pad pixel. */
  #density = 0;
  /** All but the current stroke's last segment, so that a move repaints only that. */
  #finished = document.createElement('canvas').getContext('2d', {willReadFrequently: true});
  /** @type {(Stroke|null)[]} Strokes and CLEARED, oldest first. */
  #history = [];
  /** How many steps of the history are done; later ones were undone. */
  #done = 0;
  /** @type {?Stroke} The current stroke. Other pointers are ignored meanwhile. */
  #stroke = null;

  /**
   * @param {HTMLCanvasElement} canvas
   * @param {HTMLElement} cursor shows the pen that keys move (see keyboard.js), over the canvas
   */
  constructor(canvas, cursor) {
    this.#canvas = canvas;
    this.#cursor = cursor;
    canvas.classList.add('numeral-canvas');
    cursor.classList.add('numeral-cursor');
    adoptStyle(canvas.getRootNode(), STYLE);
    this.#context = canvas.getContext('2d', {willReadFrequently: true});
    this.#fitToScreen();
    if (globalThis.ResizeObserver) new ResizeObserver(() => this.#fit()).observe(canvas);
    canvas.addEventListener('pointerdown', (event) => this.#press(event));
    canvas.addEventListener('pointermove', (event) => this.#move(event));
    for (const end of ['pointerup', 'pointercancel', 'lostpointercapture'])
      canvas.addEventListener(end, (event) => this.end(event.pointerId));
    // The ink's colour may change with it.
    for (const query of INK_QUERIES) whenChanged(query, this, this.#repaint);
  }

  get canvas() {
    return this.#canvas;
  }

  get cursor() {
    return this.#cursor;
  }

  get canUndo() {
    return this.#done > 0;
  }

  get canRedo() {
    return this.#done < this.#history.length;
  }

  get isBlank() {
    return !this.#stroke && (!this.canUndo || this.#history[this.#done - 1] === CLEARED);
  }

  /** Whether somebody is drawing a stroke. */
  get isInUse() {
    return Boolean(this.#stroke);
  }

  /** The drawing: dark or light ink on a transparent background. */
  image() {
    return this.#context.getImageData(0, 0, this.#canvas.width, this.#canvas.height);
  }

  clear() {
    this.#stroke = null;
    if (!this.isBlank) this.#remember(CLEARED);
    this.#repaint();
  }

  undo() {
    if (this.#stroke || !this.canUndo) return;
    --this.#done;
    this.#repaint();
  }

  redo() {
    if (this.#stroke || !this.canRedo) return;
    ++this.#done;
    this.#repaint();
  }

  /** Whether a pointer draws. @param {Pointer} pointer */
  isDrawing(pointer) {
    return this.#stroke?.pointer === pointer;
  }

  /** Begins a stroke, unless there is a current one. @param {Pointer} pointer @param {Point} point */
  begin(pointer, point, width = this.brush) {
    if (this.#stroke) return;
    this.#stroke = {pointer, segments: [segment(point, width)], last: point, middle: point};
    this.#paint();
  }

  /** Continues the pointer's stroke, if it draws. @param {Pointer} pointer @param {Point} point */
  extend(pointer, point) {
    if (!this.isDrawing(pointer)) return;
    this.#continue(point, this.brush);
    this.#paint();
  }

  /** Ends the pointer's stroke, if it draws. @param {Pointer} pointer */
  end(pointer) {
    if (!this.isDrawing(pointer)) return;
    const last = this.#stroke.segments.at(-1);
    finish(last.path, this.#stroke.last);
    this.#remember(this.#stroke);
    paint(this.#finished, last);
    this.#stroke = null;
    this.#paint();
  }

  /** Continues the current stroke half-way to a point; a new width begins a new segment. */
  #continue(point, width) {
    const stroke = this.#stroke;
    let last = stroke.segments.at(-1);
    if (Math.abs(width - last.width) > WIDTH_STEP * this.brush || last.curves === MAX_CURVES) {
      paint(this.#finished, last);
      last = segment(stroke.middle, width);
      stroke.segments.push(last);
    }
    stroke.middle = middle(stroke.last, point);
    last.path.quadraticCurveTo(stroke.last.x, stroke.last.y, stroke.middle.x, stroke.middle.y);
    ++last.curves;
    stroke.last = point;
  }

  #remember(step) {
    this.#history.length = this.#done;
    this.#history.push(step);
    // Steps before a CLEARED are forgotten first.
    const cleared = this.#history.indexOf(CLEARED);
    if (this.#history.length > MAX_STEPS && cleared < this.#history.length - 1)
      this.#history.splice(0, cleared + 1);
    this.#done = this.#history.length;
  }

  /** The finished strokes on the pad. */
  #strokes() {
    const done = this.#history.slice(0, this.#done);
    return done.slice(done.lastIndexOf(CLEARED) + 1);
  }

  /** A pointer's position on the pad, whatever size zoom or CSS gives that. */
  #position(event) {
    const box = this.#canvas.getBoundingClientRect();
    return {
      x: ((event.clientX - box.left) * SIZE) / box.width,
      y: ((event.clientY - box.top) * SIZE) / box.height,
    };
  }

  /** At half pressure a pen draws as wide as the brush; so does one without pressure. */
  #width({pointerType, pressure}) {
    return pointerType === 'pen' ? this.brush * (0.4 + 1.2 * (pressure || 0.5)) : this.brush;
  }

  #press(event) {
    if (this.#stroke || event.button !== 0) return;
    event.preventDefault();
    this.#canvas.focus({preventScroll: true, focusVisible: false});
    this.#canvas.setPointerCapture(event.pointerId);
    this.begin(event.pointerId, this.#position(event), this.#width(event));
  }

  #move(event) {
    if (!this.isDrawing(event.pointerId)) return;
    const events = event.getCoalescedEvents?.() ?? [];
    for (const each of events.length ? events : [event])
      this.#continue(this.#position(each), this.#width(each));
    this.#paint();
  }

  /** Gives the canvas as many pixels as it covers on the screen, up to MAX_DENSITY. */
  #fit() {
    const shown = this.#canvas.clientWidth || SIZE;
    const wanted = Math.ceil((shown / SIZE) * (globalThis.devicePixelRatio || 1));
    const density = Math.min(wanted, MAX_DENSITY);
    if (density === this.#density) return;
    this.#density = density;
    for (const context of [this.#context, this.#finished]) {
      context.canvas.width = context.canvas.height = SIZE * density;
      context.scale(density, density);
      context.lineCap = context.lineJoin = 'round';
    }
    this.#repaint();
  }

  /** Fits the canvas, now and when the screen's density changes. */
  #fitToScreen() {
    this.#fit();
    const now = `(resolution: ${globalThis.devicePixelRatio}dppx)`;
    whenChanged(now, this, this.#fitToScreen, {once: true});
  }

  /** Paints everything. */
  #repaint() {
    this.#finished.clearRect(0, 0, SIZE, SIZE);
    this.#finished.strokeStyle = getComputedStyle(this.#canvas).color;
    const finished = this.#strokes().flatMap(({segments}) => segments);
    for (const each of [...finished, ...(this.#stroke?.segments.slice(0, -1) ?? [])])
      paint(this.#finished, each);
    this.#paint();
  }

  /** Paints what may have changed: the current stroke, over the others. */
  #paint() {
    this.#context.clearRect(0, 0, SIZE, SIZE);
    this.#context.drawImage(this.#finished.canvas, 0, 0, SIZE, SIZE);
    if (this.#stroke) {
      this.#context.strokeStyle = this.#finished.strokeStyle;
      const {path, width} = this.#stroke.segments.at(-1);
      paint(this.#context, {path: finish(new Path2D(path), this.#stroke.last), width});
    }
    this.onchange();
  }
}

/**
 * Calls a method of the pad when a media query's answer changes. The browser keeps the listener as long
 * as the document exists; the weak reference lets the pad go.
 */
function whenChanged(query, pad, method, options) {
  const reference = new WeakRef(pad);
  globalThis.matchMedia?.(query).addEventListener('change', () => {
    const kept = reference.deref();
    if (kept) method.call(kept);
  }, options);
}

/** A segment that begins at a point. @returns {Segment} */
function segment({x, y}, width) {
  const path = new Path2D();
  path.moveTo(x, y);
  return {path, width, curves: 0};
}

/** Strokes a segment. */
function paint(context, {path, width}) {
  context.lineWidth = width;
  context.stroke(path);
}

/**
 * Leads a path to the pointer. A pointer that never moved leaves a dot: the round caps of a line too
 * short to see. Not every browser draws the caps of a line of length 0.
 */
function finish(path, end) {
  path.lineTo(end.x + 0.01, end.y);
  return path;
}
