// The page in forced colours, with more contrast, and with less motion.

import assert from 'node:assert/strict';
import {test} from 'node:test';
import {digits, placed} from './digits.mjs';
import {png} from './pictures.mjs';
import {drawWithMouse, inkOf, launchAndServe, openReady} from './support.mjs';

const {browser, server} = await launchAndServe();

/** How CSS colours look on the page's background: [red, green, blue] each, 0 to 255. */
const resolved = (page, ...colours) => page.evaluate((colours) => {
  const context = new OffscreenCanvas(1, 1).getContext('2d');
  const probe = document.createElement('span');
  probe.style.forcedColorAdjust = 'none';
  document.body.append(probe);
  const fill = (colour) => {
    probe.style.color = colour;
    context.fillStyle = getComputedStyle(probe).color;
    context.fillRect(0, 0, 1, 1);
  };
  const shown = colours.map((colour) => {
    fill('var(--background)');
    fill(colour);
    return [...context.getImageData(0, 0, 1, 1).data.subarray(0, 3)];
  });
  probe.remove();
  return shown;
}, colours);

/** How many pixels of an element are shown in a colour. */
async function pixelsOf(page, selector, colour) {
  const png = await page.locator(selector).screenshot();
  return page.evaluate(async ({base64, colour}) => {
    const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
    const picture = await createImageBitmap(new Blob([bytes]));
    const context = new OffscreenCanvas(picture.width, picture.height).getContext('2d');
    context.drawImage(picture, 0, 0);
    const {data} = context.getImageData(0, 0, picture.width, picture.height);
    let count = 0;
    for (let i = 0; i < data.length; i += 4)
      count += colour.every((value, channel) => Math.abs(data[i + channel] - value) < 4);
    return count;
  }, {base64: png.toString('base64'), colour});
}

/** WCAG 2's contrast ratio of two colours. */
function contrast(...colours) {
  const [darker, lighter] = colours.map((colour) => {
    const [red, green, blue] = colour.map((value) => {
      const share = value / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  }).sort((a, b) => a - b);
  return (lighter + 0.05) / (darker + 0.05);
}

for (const colorScheme of ['light', 'dark']) {
  const forced = {colorScheme, forcedColors: 'active'};

  test(`forced colours, ${colorScheme}: drawing, bars and what the network sees`, async () => {
    const opened = await openReady(browser, server.url, forced);
    const {page} = opened;
    const [canvas, text, mark] = await resolved(page, 'Canvas', 'CanvasText', 'Highlight');
    await drawWithMouse(page, placed(digits[7][0]));
    await page.click('#predict');
    assert.equal(await opened.result(), '7');
    const {pixels} = await inkOf(page);
    assert.ok(await pixelsOf(page, '#pad', text) > 0.85 * pixels, 'ink but for its edge');
    assert.ok(await pixelsOf(page, '#pad', canvas) > 0.9 * (280 ** 2 - pixels), 'paper');
    assert.ok(await pixelsOf(page, '#bars li:nth-child(8)', mark) > 500, 'a full bar');
    assert.equal(await pixelsOf(page, '#bars li:nth-child(1)', mark), 0, 'an empty bar');
    assert.ok(await pixelsOf(page, '#bars li:nth-child(1)', text) > 100, 'its outline');
    assert.ok(await pixelsOf(page, '#seen', [255, 255, 255]) > 300);
    assert.ok(await pixelsOf(page, '#seen', [0, 0, 0]) > 5000);
    const [face] = await resolved(page, 'ButtonFace');
    await page.locator('#predict').evaluate((button) => (button.disabled = true));
    assert.ok(await pixelsOf(page, '#predict', face) > 3000, 'a button, disabled');
    await opened.close();
  });

  test(`forced colours, ${colorScheme}: where the pen and the focus are`, async () => {
    const {page, close} = await openReady(browser, server.url, forced);
    const [canvas, mark] = await resolved(page, 'Canvas', 'Highlight');
    await page.focus('#pad');
    assert.ok(await pixelsOf(page, '#pad', mark) > 2000, 'a ring inside the paper');
    const before = await pixelsOf(page, '#pad', mark);
    await page.keyboard.press('ArrowLeft');
    assert.ok(await pixelsOf(page, '#pad', mark) > before + 50, 'the pen, lifted');
    const hollow = await pixelsOf(page, '#cursor', canvas);
    await page.keyboard.press('Space');
    assert.ok(await pixelsOf(page, '#cursor', canvas) < hollow - 40, 'and down');
    for (let i = 0; i < 6; ++i) {
      await page.keyboard.press('Tab');
      const {outlineStyle, outlineWidth, id} = await page.evaluate(() => {
        const {outlineStyle, outlineWidth} = getComputedStyle(document.activeElement);
        return {outlineStyle, outlineWidth, id: document.activeElement.id};
      });
      assert.deepEqual([outlineStyle, outlineWidth], ['solid', '3px'], id);
    }
    await close();
  });

  test(`more contrast, ${colorScheme}`, async () => {
    const {page, close} = await openReady(browser, server.url, {colorScheme, contrast: 'more'});
    const at = async (...names) => contrast(...await resolved(page,
        ...names.map((name) => `var(--${name})`)));
    for (const name of ['text', 'quiet', 'ink', 'accent', 'problem']) {
      for (const behind of ['background', 'paper'])
        assert.ok(await at(name, behind) >= 10, `${name} on ${behind}: ${await at(name, behind)}`);
    }
    assert.ok(await at('on-accent', 'accent') >= 10);
    assert.ok(await at('problem', 'problem-background') >= 10);
    assert.ok(await at('line', 'background') >= 4.5);
    await close();
  });
}

test('colours that are forced while drawing take the ink along', async () => {
  const {page, close} = await openReady(browser, server.url, {colorScheme: 'light'});
  await drawWithMouse(page, placed(digits[4][0]));
  for (const options of [{forcedColors: 'active', colorScheme: 'dark'},
    {forcedColors: 'none', colorScheme: 'light'}, {contrast: 'more'}]) {
    await page.emulateMedia(options);
    await page.evaluate(() => new Promise(requestAnimationFrame));
    const [ink] = await resolved(page, 'var(--ink)');
    const {pixels} = await inkOf(page);
    assert.ok(await pixelsOf(page, '#pad', ink) > 0.9 * pixels, JSON.stringify(options));
  }
  await close();
});

/** Records all animations in `moved`, from before the page's own scripts. */
const watchMotion = (page) => page.addInitScript(() => {
  globalThis.moved = [];
  const note = (what, {id, localName} = {}, pseudo = '') =>
    globalThis.moved.push(`${what} ${localName}#${id}${pseudo}`);
  for (const type of ['transitionrun', 'animationstart']) {
    addEventListener(type, ({target, pseudoElement, propertyName}) => {
      // By this one, of a millisecond, the pad hears that its ink has another colour.
      const isOfInk = target.id === 'pad' && propertyName === 'color' &&
          getComputedStyle(target).transitionDuration === '0.001s';
      if (!isOfInk) note(type, target, pseudoElement);
    }, {capture: true});
  }
  const {animate} = Element.prototype;
  Element.prototype.animate = function (...parameters) {
    note('animate', this);
    return animate.apply(this, parameters);
  };
});

for (const reducedMotion of ['reduce', 'no-preference']) {
  test(`nothing on the page moves by itself, motion: ${reducedMotion}`, async () => {
    const {page, close} = await openReady(browser, server.url, {reducedMotion, setUp: watchMotion});
    const settled = () => page.evaluate(async () => {
      for (let i = 0; i < 2; ++i) await new Promise(requestAnimationFrame);
      return document.getAnimations().length;
    });
    for (const change of [
      () => drawWithMouse(page, placed(digits[4][0])),
      () => page.hover('#predict'),
      () => page.click('#predict'),
      () => page.focus('#brush'),
      () => page.click('#clear'),
      () => page.setInputFiles('#file', {name: 'a.png', mimeType: 'image/png', buffer: png(7)}),
      () => page.locator('#result', {hasText: /^7$/}).waitFor(),
      () => page.click('#clear'),
      () => drawWithMouse(page, [...placed(digits[4][0], {left: 20, top: 90, size: 100}),
        ...placed(digits[2][0], {left: 150, top: 90, size: 100})]),
      () => page.click('#keys summary'),
      () => page.emulateMedia({colorScheme: 'dark'}),
    ]) {
      await change();
      assert.equal(await settled(), 0, String(change));
    }
    assert.deepEqual(await page.evaluate(() => globalThis.moved), []);
    const pictures = [await page.screenshot(), (await settled(), await page.screenshot())];
    assert.ok(pictures[0].equals(pictures[1]), 'and at rest it looks the same a little later');

    // What would move is noticed.
    await page.evaluate(async () => {
      const sheet = new CSSStyleSheet();
      sheet.replaceSync('h1 { transition: opacity 1ms } #status::after { content: ""; animation: a 1ms }' +
          '@keyframes a { from { opacity: 0 } }');
      document.adoptedStyleSheets.push(sheet);
      await new Promise(requestAnimationFrame);
      sheet.insertRule('h1 { opacity: 0.5 }');
      document.querySelector('main').animate({opacity: [0, 1]}, 1);
    });
    await page.waitForFunction(() => globalThis.moved.length === 3);
    assert.deepEqual((await page.evaluate(() => globalThis.moved)).sort(),
        ['animate main#', 'animationstart p#status::after', 'transitionrun h1#']);
    await close();
  });
}
