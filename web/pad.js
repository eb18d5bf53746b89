// Drawing on a canvas with the mouse, a finger or a pen.

/** Height and width of the whole pad, in its own pixels: CSS pixels, unless CSS scales it. */
export const SIZE = 280;

/** Canvas pixels for one of the pad's, at most: crisp enough, and all of them are recognised. */
const MOST_DENSITY = 2;

/** How much a pen's line changes in width, as a share of the brush, before it is drawn so. */
const WIDTH_STEP = 0.05;

/** Curves of one piece at most: a stroke's last piece is painted anew at each of its moves. */
const MOST_CURVES = 200;

/** Steps of the history at most, but for what is on the pad. */
const MOST_STEPS = 1000;

/** On what the ink's colour depends. */
const INK_QUERIES = [
  '(prefers-color-scheme: dark)', '(prefers-contrast: more)', '(forced-colors: active)',
];

/** In the history, where everything was cleared. */
const CLEARED = null;

/**
 * @typedef {{x: number, y: number}} Point in the pad's pixels
 * @typedef {{path: Path2D, width: number, curves: number}} Piece of a stroke, of one width
 * @typedef {number|string} Pointer a pointer event's `pointerId`, or another name of who draws
 * @typedef {{pointer: Pointer, pieces: Piece[], last: Point, middle: Point}} Stroke `last`: where
 *     the pointer was latest; `middle`: how far it is drawn, half-way there
 */

const middle = (a, b) => ({x: (a.x + b.x) / 2, y: (a.y + b.y) / 2});

/**
 * Strokes on a transparent canvas, in the colour that CSS gives it (`color`). A stroke runs in
 * quadratic curves through the midpoints between the pointer's positions, which are their control
 * points: smooth, however far apart they are.
 */
export class Pad {
  /** Called whenever what is drawn has changed. */
  onchange = () => {};

  /** Width of the lines, in the pad's pixels. A pen's are thinner or thicker, as it is pressed. */
  brush = 14;

  #canvas;
  #context;
  /** Canvas pixels for one of the pad's. */
  #density = 0;
  /** All but the last piece of the stroke under way, so that not all is painted for each move. */
  #finished = document.createElement('canvas').getContext('2d', {willReadFrequently: true});
  /** @type {(Stroke|null)[]} Strokes and CLEARED, in the order in which they were done. */
  #history = [];
  /** How many of the history are done; those after were undone. */
  #done = 0;
  /** @type {?Stroke} The stroke under way. Pointers other than its own are ignored meanwhile. */
  #stroke = null;

  /** @param {HTMLCanvasElement} canvas */
  constructor(canvas) {
    this.#canvas = canvas;
    this.#context = canvas.getContext('2d', {willReadFrequently: true});
    this.#fitToScreen();
    new ResizeObserver(() => this.#fit()).observe(canvas);
    canvas.addEventListener('pointerdown', (event) => this.#press(event));
    canvas.addEventListener('pointermove', (event) => this.#move(event));
    for (const end of ['pointerup', 'pointercancel', 'lostpointercapture'])
      canvas.addEventListener(end, (event) => this.end(event.pointerId));
    // The ink's colour may be another one then.
    for (const query of INK_QUERIES) whenChanged(query, this, this.#repaint);
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

  /** Whether a stroke is under way. */
  get isInUse() {
    return Boolean(this.#stroke);
  }

  /** The drawing as it stands: dark or light ink on transparency. */
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

  /** Begins a stroke, unless one is under way. @param {Pointer} pointer @param {Point} point */
  begin(pointer, point, width = this.brush) {
    if (this.#stroke) return;
    this.#stroke = {pointer, pieces: [piece(point, width)], last: point, middle: point};
    this.#paint();
  }

  /** Leads the pointer's stroke on, if it draws. @param {Pointer} pointer @param {Point} point */
  extend(pointer, point) {
    if (!this.isDrawing(pointer)) return;
    this.#lead(point, this.brush);
    this.#paint();
  }

  /** Ends the pointer's stroke, if it draws. @param {Pointer} pointer */
  end(pointer) {
    if (!this.isDrawing(pointer)) return;
    const last = this.#stroke.pieces.at(-1);
    finish(last.path, this.#stroke.last);
    this.#remember(this.#stroke);
    paint(this.#finished, last);
    this.#stroke = null;
    this.#paint();
  }

  /** Leads the stroke under way half-way to a point, in pieces if its width changes. */
  #lead(point, width) {
    const stroke = this.#stroke;
    let last = stroke.pieces.at(-1);
    if (Math.abs(width - last.width) > WIDTH_STEP * this.brush || last.curves === MOST_CURVES) {
      paint(this.#finished, last);
      last = piece(stroke.middle, width);
      stroke.pieces.push(last);
    }
    stroke.middle = middle(stroke.last, point);
    last.path.quadraticCurveTo(stroke.last.x, stroke.last.y, stroke.middle.x, stroke.middle.y);
    ++last.curves;
    stroke.last = point;
  }

  #remember(step) {
    this.#history.length = this.#done;
    this.#history.push(step);
    // What was cleared long ago is forgotten.
    const cleared = this.#history.indexOf(CLEARED);
    if (this.#history.length > MOST_STEPS && cleared < this.#history.length - 1)
      this.#history.splice(0, cleared + 1);
    this.#done = this.#history.length;
  }

  /** What is drawn, but for the stroke under way. */
  #strokes() {
    const done = this.#history.slice(0, this.#done);
    return done.slice(done.lastIndexOf(CLEARED) + 1);
  }

  /** Where a pointer is on the pad, also where zooming or CSS has changed the pad's size. */
  #position(event) {
    const box = this.#canvas.getBoundingClientRect();
    return {
      x: ((event.clientX - box.left) * SIZE) / box.width,
      y: ((event.clientY - box.top) * SIZE) / box.height,
    };
  }

  /** A pen that is pressed half draws as wide as the brush, as does one that knows no pressure. */
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
      this.#lead(this.#position(each), this.#width(each));
    this.#paint();
  }

  /** Gives the canvas the screen's density, for the size at which it is shown. */
  #fit() {
    const shown = this.#canvas.clientWidth || SIZE;
    const wanted = Math.ceil((shown / SIZE) * (globalThis.devicePixelRatio || 1));
    const density = Math.min(wanted, MOST_DENSITY);
    if (density === this.#density) return;
    this.#density = density;
    for (const context of [this.#context, this.#finished]) {
      context.canvas.width = context.canvas.height = SIZE * density;
      context.scale(density, density);
      context.lineCap = context.lineJoin = 'round';
    }
    this.#repaint();
  }

  /** Fits the canvas whenever the screen's density changes. */
  #fitToScreen() {
    this.#fit();
    const now = `(resolution: ${globalThis.devicePixelRatio}dppx)`;
    whenChanged(now, this, this.#fitToScreen, {once: true});
  }

  /** Draws everything anew. */
  #repaint() {
    this.#finished.clearRect(0, 0, SIZE, SIZE);
    this.#finished.strokeStyle = getComputedStyle(this.#canvas).color;
    const whole = this.#strokes().flatMap(({pieces}) => pieces);
    for (const each of [...whole, ...(this.#stroke?.pieces.slice(0, -1) ?? [])])
      paint(this.#finished, each);
    this.#paint();
  }

  /** Draws what may have changed: the stroke under way, over the others. */
  #paint() {
    this.#context.clearRect(0, 0, SIZE, SIZE);
    this.#context.drawImage(this.#finished.canvas, 0, 0, SIZE, SIZE);
    if (this.#stroke) {
      this.#context.strokeStyle = this.#finished.strokeStyle;
      const {path, width} = this.#stroke.pieces.at(-1);
      paint(this.#context, {path: finish(new Path2D(path), this.#stroke.last), width});
    }
    this.onchange();
  }
}

/**
 * Calls a method of the pad's when a media query's answer changes. The listener, which the browser
 * keeps for as long as the document is there, does not keep the pad.
 */
function whenChanged(query, pad, method, options) {
  const reference = new WeakRef(pad);
  matchMedia(query).addEventListener('change', () => {
    const kept = reference.deref();
    if (kept) method.call(kept);
  }, options);
}

/** A piece of a stroke that begins at a point. @returns {Piece} */
function piece({x, y}, width) {
  const path = new Path2D();
  path.moveTo(x, y);
  return {path, width, curves: 0};
}

/** Draws a piece of a stroke in one go. */
function paint(context, {path, width}) {
  context.lineWidth = width;
  context.stroke(path);
}

/**
 * Leads a path up to the pointer. One that never moved becomes a dot: the round caps of a line
 * too short to see. Of a line of no length at all not every browser draws them.
 */
function finish(path, end) {
  path.lineTo(end.x + 0.01, end.y);
  return path;
}
