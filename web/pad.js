// Drawing on a canvas with the mouse, a finger or a pen.

/** Height and width of the pad in its own pixels: CSS pixels, unless CSS scales it. */
export const SIZE = 280;

/** Pixels of the canvas along a side, at most. */
const MAX_SIDE = 4096;

/** Smallest change of a pen's line width that is drawn, as a share of the brush. */
const WIDTH_STEP = 0.05;

/** Curves of one segment, at most: a stroke's last segment is repainted at each move. */
const MAX_CURVES = 200;

/** Steps that can be undone, at most. */
const MAX_STEPS = 1000;

/** More strokes, or points, are no number; src/core/strokes.cpp has the same. */
const MAX_STROKES = 32, MAX_POINTS = 4096;

/** What the ink's colour depends on, besides what CSS transitions notice. */
const INK_QUERIES = [
  '(prefers-color-scheme: dark)', '(prefers-contrast: more)', '(forced-colors: active)',
];

/** Pointer events: the `button` of a pen's eraser, and its bit and the barrel button's in `buttons`. */
const ERASER = 5, ERASER_BIT = 32, BARREL_BIT = 2;

/** How far from a line's edge the eraser still erases it, in the pad's pixels. */
const ERASER_REACH = 5;

/** Whether a pen was seen near a pad of this page: then touches are hands that rest there. */
let penIsKnown = false;

/**
 * @typedef {{x: number, y: number}} Position in the pad's pixels
 * @typedef {{x: number, y: number, time: number, pressure: number, width: number}} Point `time`: milliseconds, as an event's
 *     `timeStamp`; `pressure`: 0 to 1, a mouse's is 0.5; `width`: of the line there
 * @typedef {{path: Path2D, width: number, curves: number}} Segment of a stroke, of one width
 * @typedef {number|string} Pointer a pointer event's `pointerId`, or another name of who draws
 * @typedef {{pointer: Pointer, isTouch: boolean, segments: Segment[], points: Point[], middle: Position}} Stroke
 *     `middle`: where the line ends so far, half-way to the latest point
 * @typedef {[number, number, number, number, number, number]} Matrix as `setTransform` takes it
 */

/** What the pad and the keyboard's pen look like, on the page as in <numeral-pad>. */
const STYLE = `
  .numeral-canvas {
    cursor: crosshair;
    /* One finger draws, two scroll and zoom the page. */
    touch-action: pinch-zoom;
    user-select: none;
    -webkit-user-select: none;
    -webkit-touch-callout: none;
    /* Too short to see: it tells when the ink's colour changes, whatever changes it. */
    transition: color 1ms;
  }
  .numeral-corner { position: absolute; visibility: hidden; pointer-events: none; }
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

/** Largest difference of a level, of 255, in what canvasTellsTrue takes for what was drawn. */
const MAX_NOISE = 16;

/**
 * Whether a canvas's pixels are those that were drawn: a browser that resists fingerprinting may give noise in
 * their place.
 * @param {CanvasRenderingContext2D|OffscreenCanvasRenderingContext2D} context of an empty canvas, for this alone
 */
export function canvasTellsTrue(context) {
  const levels = [0, 255, 64, 192, 128, 32, 224, 96];
  levels.forEach((level, x) => {
    context.fillStyle = `rgb(${level}, ${255 - level}, ${level})`;
    context.fillRect(x, 0, 1, 1);
  });
  const {data} = context.getImageData(0, 0, levels.length, 1);
  return levels.every((level, x) => [level, 255 - level, level, 255].every(
      (expected, channel) => Math.abs(data[4 * x + channel] - expected) <= MAX_NOISE));
}

const middle = (a, b) => ({x: (a.x + b.x) / 2, y: (a.y + b.y) / 2});

/** A canvas of ink. What is finished is kept beside, so that a move repaints only the rest. */
class Layer {
  #context;
  #finished = document.createElement('canvas').getContext('2d', {willReadFrequently: true});
  /** @type {Matrix} Where the pad's pixels are on the canvas. */
  #matrix;

  /** @param {HTMLCanvasElement} canvas */
  constructor(canvas) {
    this.#context = canvas.getContext('2d', {willReadFrequently: true});
  }

  /** Empties it. @param {Matrix} matrix @param {string} colour */
  begin(width, height, matrix, colour) {
    this.#matrix = matrix;
    for (const context of [this.#context, this.#finished]) {
      const {canvas} = context;
      // A new size empties it as well, but takes longer.
      if (canvas.width !== width) canvas.width = width;
      if (canvas.height !== height) canvas.height = height;
      clear(context);
      context.setTransform(...matrix);
      context.lineCap = context.lineJoin = 'round';
      context.strokeStyle = colour;
    }
  }

  /** Adds a finished segment. @param {Segment} segment */
  add(segment) {
    paint(this.#finished, segment);
  }

  /** Shows what is finished, and a segment that is not. @param {Segment} [last] */
  show(last) {
    clear(this.#context);
    this.#context.drawImage(this.#finished.canvas, 0, 0);
    this.#context.setTransform(...this.#matrix);
    if (last) paint(this.#context, last);
  }

  image() {
    const {width, height} = this.#context.canvas;
    return this.#context.getImageData(0, 0, width, height);
  }

  /** Whether a stroke is within reach of a position. @param {Stroke} stroke @param {Position} position */
  touches({segments}, {x, y}) {
    const [a, b, c, d, e, f] = this.#matrix;
    return segments.some(({path, width}) => {
      this.#finished.lineWidth = width + 2 * ERASER_REACH;
      return this.#finished.isPointInStroke(path, a * x + c * y + e, b * x + d * y + f);
    });
  }
}

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

  /** Whether it takes no drawing. */
  isReadOnly = false;

  /** Whether fingers draw even where a pen is known. */
  fingersDraw = false;

  #canvas;
  #cursor;
  /** @type {HTMLElement[]} From the top left one on, clockwise. */
  #corners = [[0, 0], [1, 0], [1, 1], [0, 1]].map(([x, y]) => {
    const corner = document.createElement('div');
    corner.className = 'numeral-corner';
    corner.style.left = `${x * 100}%`;
    corner.style.top = `${y * 100}%`;
    return corner;
  });
  /** @type {?boolean} Whether the canvas tells what is drawn on it, once that was tried. */
  #tellsTrue = null;
  /** What one sees. */
  #screen;
  /** What is read: of the same size on every screen, upright as one sees it, black. */
  #read = new Layer(document.createElement('canvas'));
  /** @type {Matrix} From the pad's pixels to those that are read. */
  #upright = [1, 0, 0, 1, 0, 0];
  /** Of the canvas, in its own pixels. */
  #width = 0;
  #height = 0;
  #colour = '';
  /** @type {Stroke[][]} What was on the pad after each step; the first is what was there before. */
  #history = [[]];
  /** How many steps of the history are done; later ones were undone. */
  #done = 0;
  /** @type {?Stroke} The current stroke. Other pointers are ignored meanwhile. */
  #stroke = null;
  /** @type {?{pointer: Pointer, last: Position, left: Stroke[]}} Who erases, and what is left. */
  #eraser = null;

  /**
   * @param {HTMLCanvasElement} canvas fills its parent element
   * @param {HTMLElement} cursor shows the pen that keys move (see keyboard.js), over the canvas
   */
  constructor(canvas, cursor) {
    this.#canvas = canvas;
    this.#cursor = cursor;
    canvas.classList.add('numeral-canvas');
    cursor.classList.add('numeral-cursor');
    cursor.after(...this.#corners);
    adoptStyle(canvas.getRootNode(), STYLE);
    this.#screen = new Layer(canvas);
    this.#fitToScreen();
    this.#observeSize();
    canvas.addEventListener('pointerdown', (event) => this.#press(event));
    canvas.addEventListener('pointermove', (event) => this.#move(event));
    canvas.addEventListener('pointercancel', (event) => this.#cancel(event));
    for (const end of ['pointerup', 'lostpointercapture'])
      canvas.addEventListener(end, (event) => this.end(event.pointerId));
    canvas.addEventListener('transitionend', () => this.#followColour());
    for (const query of INK_QUERIES) whenChanged(query, this, this.#followColour);
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
    return this.#done < this.#history.length - 1;
  }

  get isBlank() {
    return !this.#stroke && this.#finished.length === 0;
  }

  /** Whether somebody is drawing or erasing. */
  get isInUse() {
    return Boolean(this.#stroke || this.#eraser);
  }

  /** The drawing, SIZE x SIZE pixels: black ink on a transparent background, upright as one sees it. */
  image() {
    const upright = this.#asSeen();
    if (upright.some((value, i) => value !== this.#upright[i])) {
      this.#upright = upright;
      this.#repaintRead();
    }
    this.#read.show(this.#last());
    return this.#read.image();
  }

  /**
   * The strokes in the order of their drawing, in a square of SIZE x SIZE, upright as one sees them.
   * @returns {Point[][]}
   */
  strokes() {
    const [a, b, c, d, e, f] = this.#asSeen();
    return this.#drawn.map(({points}) =>
      points.map(({x, y, ...rest}) =>
        ({x: a * x + c * y + e, y: b * x + d * y + f, ...rest})));
  }

  /**
   * What `Recognizer.readStrokes` takes: the strokes and the picture; where the canvas does not tell it, the strokes
   * alone. Of strokes that are too many for a number only their count matters: each is where it begins.
   */
  drawing() {
    this.#tellsTrue ??= canvasTellsTrue(document.createElement('canvas').getContext('2d'));
    if (!this.#tellsTrue) return {strokes: this.strokes()};
    const points = this.#drawn.reduce((sum, stroke) => sum + stroke.points.length, 0);
    const strokes = this.#drawn.length > MAX_STROKES ? this.#drawn.map(({points: [{x, y}]}) => [{x, y}]) :
        points > MAX_POINTS ? [] : this.strokes();
    return {strokes, picture: this.image()};
  }

  clear() {
    this.#stroke = this.#eraser = null;
    if (!this.isBlank) this.#remember([]);
    this.#showAll();
  }

  undo() {
    if (this.isInUse || !this.canUndo) return;
    --this.#done;
    this.#showAll();
  }

  redo() {
    if (this.isInUse || !this.canRedo) return;
    ++this.#done;
    this.#showAll();
  }

  /** Whether a pointer draws. @param {Pointer} pointer */
  isDrawing(pointer) {
    return this.#stroke?.pointer === pointer;
  }

  /** Begins a stroke, unless there is a current one. @param {Pointer} pointer @param {Point|Position} point */
  begin(pointer, point, {width = this.brush, isTouch = false} = {}) {
    if (this.isInUse || this.isReadOnly) return;
    this.#followColour();
    this.#stroke = {
      pointer, isTouch, segments: [segment(point, width)], points: [{...timed(point), width}], middle: point,
    };
    this.#showStroke();
  }

  /** Continues the pointer's stroke, if it draws. @param {Pointer} pointer @param {Position} point */
  extend(pointer, point) {
    if (!this.isDrawing(pointer)) return;
    this.#continue(timed(point), this.brush);
    this.#showStroke();
  }

  /** Ends what the pointer does: its stroke, or erasing. @param {Pointer} pointer */
  end(pointer) {
    if (this.#eraser?.pointer === pointer) {
      const {left} = this.#eraser;
      this.#eraser = null;
      if (left.length < this.#finished.length) this.#remember(left);
      this.#showStroke();
    }
    if (!this.isDrawing(pointer)) return;
    const {segments, points} = this.#stroke;
    finish(segments.at(-1).path, points.at(-1));
    this.#addFinished(segments.at(-1));
    this.#remember([...this.#finished, this.#stroke]);
    this.#stroke = null;
    this.#showStroke();
  }

  /** Continues the current stroke half-way to a point; a new width begins a new segment. */
  #continue(point, width) {
    const stroke = this.#stroke;
    const before = stroke.points.at(-1);
    let last = stroke.segments.at(-1);
    if (Math.abs(width - last.width) > WIDTH_STEP * this.brush || last.curves === MAX_CURVES) {
      this.#addFinished(last);
      last = segment(stroke.middle, width);
      stroke.segments.push(last);
    }
    stroke.middle = middle(before, point);
    last.path.quadraticCurveTo(before.x, before.y, stroke.middle.x, stroke.middle.y);
    ++last.curves;
    stroke.points.push({...point, width});
  }

  /** @param {Stroke[]} strokes what is on the pad now */
  #remember(strokes) {
    this.#history.length = this.#done + 1;
    this.#history.push(strokes);
    if (this.#history.length > MAX_STEPS + 1) this.#history.shift();
    this.#done = this.#history.length - 1;
  }

  /** The finished strokes on the pad. */
  get #finished() {
    return this.#eraser?.left ?? this.#history[this.#done];
  }

  /** All strokes on the pad, the current one too. */
  get #drawn() {
    return this.#stroke ? [...this.#finished, this.#stroke] : this.#finished;
  }

  /** The current stroke's last segment, led to the pointer. */
  #last() {
    if (!this.#stroke) return undefined;
    const {path, width} = this.#stroke.segments.at(-1);
    return {path: finish(new Path2D(path), this.#stroke.points.at(-1)), width};
  }

  /** Its corners on the screen, whatever CSS has done to it. */
  #cornersOnScreen() {
    const corners = this.#corners.map((corner) => {
      const {left, top} = corner.getBoundingClientRect();
      return {x: left, y: top};
    });
    const [first, ...others] = corners;
    if (others.some(({x, y}) => x !== first.x || y !== first.y)) return corners;
    // There is no layout, as in the browsers that tests of components simulate: its own pixels are the screen's.
    return [[0, 0], [SIZE, 0], [SIZE, SIZE], [0, SIZE]].map(([x, y]) => ({x: first.x + x, y: first.y + y}));
  }

  /**
   * How positions on the screen become those on the pad: the inverse of the projective map of a square to
   * its four corners (Heckbert, "Fundamentals of Texture Mapping and Image Warping", 1989, 2.2.3).
   * @returns {(position: {clientX: number, clientY: number}) => ?Position} null where it is not to be seen
   */
  #projection() {
    const [p0, p1, p2, p3] = this.#cornersOnScreen();
    const [dx1, dy1, dx2, dy2] = [p1.x - p2.x, p1.y - p2.y, p3.x - p2.x, p3.y - p2.y];
    const [sx, sy] = [p0.x - p1.x + p2.x - p3.x, p0.y - p1.y + p2.y - p3.y];
    const scale = dx1 * dy2 - dx2 * dy1;
    const g = (sx * dy2 - dx2 * sy) / scale, h = (dx1 * sy - sx * dy1) / scale;
    const a = p1.x - p0.x + g * p1.x, b = p3.x - p0.x + h * p3.x, c = p0.x;
    const d = p1.y - p0.y + g * p1.y, e = p3.y - p0.y + h * p3.y, f = p0.y;
    return ({clientX: x, clientY: y}) => {
      const w = (d * h - e * g) * x + (b * g - a * h) * y + a * e - b * d;
      const position = {
        x: (((e - f * h) * x + (c * h - b) * y + b * f - c * e) / w) * SIZE,
        y: (((f * g - d) * x + (a - c * g) * y + c * d - a * f) / w) * SIZE,
      };
      return Number.isFinite(position.x) && Number.isFinite(position.y) ? position : null;
    };
  }

  /**
   * The matrix that turns the pad as CSS turns it, and makes it fit into SIZE x SIZE: what is drawn on a pad
   * that stands on its head is read as one sees it.
   * @returns {Matrix}
   */
  #asSeen() {
    const [p0, p1, p2, p3] = this.#cornersOnScreen();
    const right = {x: p1.x - p0.x + p2.x - p3.x, y: p1.y - p0.y + p2.y - p3.y};
    const down = {x: p3.x - p0.x + p2.x - p1.x, y: p3.y - p0.y + p2.y - p1.y};
    const larger = Math.max(
        Math.abs(right.x) + Math.abs(down.x), Math.abs(right.y) + Math.abs(down.y));
    // Coarser than the rounding of what the browser measures.
    const [a, b, c, d] = [right.x, right.y, down.x, down.y]
        .map((side) => Math.round((side / larger) * 200) / 200);
    // Not to be seen.
    if (a * d === b * c) return [1, 0, 0, 1, 0, 0];
    return [a, b, c, d, (SIZE * (1 - a - c)) / 2, (SIZE * (1 - b - d)) / 2];
  }

  /** A pen draws, as wide as the brush at half pressure; so does one without pressure. */
  #widthOf({pointerType, pressure}) {
    return pointerType === 'pen' ? this.brush * (0.4 + 1.2 * (pressure || 0.5)) : this.brush;
  }

  #press(event) {
    const {pointerId, pointerType, button, buttons} = event;
    if (pointerType === 'pen') this.#meetPen();
    const isErasing = button === ERASER;
    const isStroke = button === 0 && !(pointerType === 'pen' && buttons & BARREL_BIT);
    const isTouch = pointerType === 'touch';
    if (!isErasing && !isStroke || isTouch && penIsKnown && !this.fingersDraw) return;
    if (this.isInUse) return;
    event.preventDefault();
    this.#canvas.focus({preventScroll: true, focusVisible: false});
    const position = this.#projection()(event);
    if (!position || this.isReadOnly) return;
    try {
      this.#canvas.setPointerCapture(pointerId);
    } catch {
      // The pointer has gone again, or a script made the event.
    }
    if (isErasing) {
      this.#eraser = {pointer: pointerId, last: position, left: this.#finished};
      this.#erase(position);
    } else {
      this.begin(pointerId, pointOf(event, position), {width: this.#widthOf(event), isTouch});
    }
  }

  #move(event) {
    const {pointerId, pointerType} = event;
    if (pointerType === 'pen') this.#meetPen();
    const isErasing = this.#eraser?.pointer === pointerId;
    if (!isErasing && !this.isDrawing(pointerId)) return;
    const events = event.getCoalescedEvents?.() ?? [];
    const project = this.#projection();
    for (const each of events.length ? events : [event]) {
      const position = project(each);
      if (!position) continue;
      if (isErasing) this.#erase(position);
      else this.#continue(pointOf(each, position), this.#widthOf(each));
    }
    if (!isErasing) this.#showStroke();
  }

  /** What a finger drew until the browser took it for a gesture, or for a palm, is no stroke. */
  #cancel({pointerId, pointerType}) {
    if (pointerType === 'touch' && this.isDrawing(pointerId)) this.#discard();
    else this.end(pointerId);
  }

  /** A pen is here: a touch that has been there before is the palm of the same hand. */
  #meetPen() {
    penIsKnown = true;
    if (this.#stroke?.isTouch && !this.fingersDraw) this.#discard();
  }

  #discard() {
    this.#stroke = null;
    this.#showAll();
  }

  /** Erases the strokes between the eraser's latest position and this one. */
  #erase(position) {
    const {last, left} = this.#eraser;
    const steps = Math.ceil(Math.hypot(position.x - last.x, position.y - last.y) / ERASER_REACH) || 1;
    const along = Array.from({length: steps}, (_, i) => ({
      x: last.x + ((position.x - last.x) * (i + 1)) / steps,
      y: last.y + ((position.y - last.y) * (i + 1)) / steps,
    }));
    this.#eraser.last = position;
    this.#eraser.left = left.filter(
        (stroke) => !along.some((each) => this.#screen.touches(stroke, each)));
    if (this.#eraser.left.length < left.length) this.#showAll();
  }

  /** Gives the canvas as many pixels as it covers on the screen. @param {ResizeObserverEntry} [entry] */
  #fit(entry) {
    const {clientWidth, clientHeight, currentCSSZoom = 1} = this.#canvas;
    const density = (globalThis.devicePixelRatio || 1) * currentCSSZoom;
    const exact = entry?.devicePixelContentBoxSize?.[0];
    const side = (length, exact) => {
      const pixels = (length || SIZE) * density;
      // What the browser has measured is right to a pixel, but not of a screen that a test emulates.
      const counted = Math.abs(exact - pixels) <= Math.max(density, 1) ? exact : pixels;
      return Math.min(Math.round(counted), MAX_SIDE);
    };
    const width = side(clientWidth, exact?.inlineSize);
    const height = side(clientHeight, exact?.blockSize);
    if (width === this.#width && height === this.#height) return;
    this.#width = width;
    this.#height = height;
    this.#repaint();
  }

  #observeSize() {
    // Not in the browsers that tests of components simulate.
    if (!globalThis.ResizeObserver) return;
    const observer = new ResizeObserver(([entry]) => {
      // While it is hidden it keeps its pixels.
      if (entry.contentRect.width) this.#fit(entry);
      this.#followColour();
    });
    try {
      observer.observe(this.#canvas, {box: 'device-pixel-content-box'});
    } catch {
      // Safari has no such box.
      observer.observe(this.#canvas);
    }
  }

  /** Fits the canvas, now and when the screen's density changes. */
  #fitToScreen() {
    this.#fit();
    const now = `(resolution: ${globalThis.devicePixelRatio}dppx)`;
    whenChanged(now, this, this.#fitToScreen, {once: true});
  }

  /** Paints everything anew if the ink has another colour now. */
  #followColour() {
    if (getComputedStyle(this.#canvas).color !== this.#colour) this.#repaint();
  }

  /** Paints everything. */
  #repaint() {
    this.#colour = getComputedStyle(this.#canvas).color;
    const matrix = [this.#width / SIZE, 0, 0, this.#height / SIZE, 0, 0];
    this.#screen.begin(this.#width, this.#height, matrix, this.#colour);
    this.#addAll(this.#screen);
    this.#repaintRead();
    this.#screen.show(this.#last());
  }

  #repaintRead() {
    this.#read.begin(SIZE, SIZE, this.#upright, 'black');
    this.#addAll(this.#read);
  }

  /** Paints all finished segments. @param {Layer} layer */
  #addAll(layer) {
    const finished = this.#finished.flatMap(({segments}) => segments);
    for (const each of [...finished, ...(this.#stroke?.segments.slice(0, -1) ?? [])])
      layer.add(each);
  }

  #addFinished(segment) {
    this.#screen.add(segment);
    this.#read.add(segment);
  }

  /** Shows a drawing that has changed in its current stroke alone. */
  #showStroke() {
    this.#screen.show(this.#last());
    this.onchange();
  }

  /** Shows a drawing that has changed. */
  #showAll() {
    this.#repaint();
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

/** A point of a stroke that no pointer event gives. @param {Point|Position} point @returns {Point} */
const timed = (point) => ({time: performance.now(), pressure: 0.5, ...point});

/** @param {PointerEvent} event @param {Position} position @returns {Point} */
const pointOf = ({timeStamp: time, pressure}, position) => ({...position, time, pressure});

function clear(context) {
  context.resetTransform();
  context.clearRect(0, 0, context.canvas.width, context.canvas.height);
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
