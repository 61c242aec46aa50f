const ZERO = 0x30;
const DOT = 0x2e;
const MINUS = 0x2d;

/** Powers of ten that a double holds exactly. */
const POWERS = Array.from({ length: 23 }, (_, exponent) => Number(`1e${exponent}`));

/** Digits that a double holds exactly, whatever they are; and digits that are read at all. */
const EXACT_DIGITS = 15;
const MOST_DIGITS = 20;

/** Splits a double into halves of 26 bits: Dekker, 1971, "A floating-point technique for extending the available precision". */
const SPLITTER = 2 ** 27 + 1;

/**
 * Reads plain decimals, `1795347029.123` and `-0.0061287`, from bytes without making a text of them: four digits at a
 * time where there are as many. Every number it gives is the double that `Number` gives for the same text.
 */
export class DecimalReader {
  /** Where the next number begins; after a read, what follows the number. */
  at = 0;
  private bytes: Uint8Array = new Uint8Array();
  private view: DataView = new DataView(new ArrayBuffer(0));
  /** From here on, less than four bytes are left. */
  private lastFour = -1;

  // What `digits` gathers: the first digits, those beyond what a double holds, and how many each are.
  private high = 0;
  private highDigits = 0;
  private low = 0;
  private lowDigits = 0;

  /** Sets the bytes that are read from. */
  open(bytes: Uint8Array): void {
    if (bytes === this.bytes) return;
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    this.lastFour = bytes.length - 4;
  }

  /** The number at `at`; NaN when there is another kind of text (no digits, too many digits), and `at` is anywhere then. */
  read(): number {
    const isNegative = this.bytes[this.at] === MINUS;
    if (isNegative) this.at++;
    this.high = this.highDigits = this.low = this.lowDigits = 0;
    const begin = this.at;
    this.digits();
    if (this.at === begin) return NaN;
    let fraction = 0;
    if (this.at < this.bytes.length && this.bytes[this.at] === DOT) {
      const point = ++this.at;
      this.digits();
      fraction = this.at - point;
      if (fraction === 0) return NaN;
    }
    const value = this.compose(fraction);
    return isNegative ? -value : value;
  }

  private digits(): void {
    const { bytes, view, lastFour } = this;
    let at = this.at;
    while (at <= lastFour) {
      const four = view.getInt32(at, true);
      if ((four & 0xf0f0f0f0) !== FOUR_ZEROS || ((four + 0x06060606) & 0xf0f0f0f0) !== FOUR_ZEROS) break;
      // The digits are bytes, the first one lowest: pairs of them, then pairs of pairs.
      const pairs = (Math.imul(four & 0x0f0f0f0f, 2561) >>> 8) & 0x00ff00ff;
      this.append(Math.imul(pairs, 6553601) >>> 16, 4, 10_000);
      at += 4;
    }
    while (at < bytes.length) {
      const digit = (bytes[at] as number) - ZERO;
      if (digit < 0 || digit > 9) break;
      this.append(digit, 1, 10);
      at++;
    }
    this.at = at;
  }

  private append(digits: number, count: number, power: number): void {
    if (this.lowDigits === 0 && this.highDigits + count <= EXACT_DIGITS) {
      this.high = this.high * power + digits;
      if (this.high !== 0) this.highDigits += count; // leading zeros are none
    } else {
      this.low = this.low * power + digits;
      this.lowDigits += count;
    }
  }

  private compose(fraction: number): number {
    const { high, low, lowDigits, highDigits } = this;
    if (fraction >= POWERS.length || highDigits + lowDigits > MOST_DIGITS) return NaN;
    const divisor = POWERS[fraction] as number;
    // Both are exact, so that the division rounds once, as it should.
    if (lowDigits === 0) return high / divisor;
    return divideExactly(high, POWERS[lowDigits] as number, low, divisor);
  }
}

const FOUR_ZEROS = 0x30303030;

/**
 * `(high · power + low) / divisor`, rounded once; NaN when the result is too near to the middle of two doubles to tell.
 * All are whole: `high` of 12 to 15 digits, `low` below `power`, which is at most 10^8, and `divisor` at most 10^22. The
 * sum is held as two doubles, and so is the quotient.
 */
function divideExactly(high: number, power: number, low: number, divisor: number): number {
  const product = high * power;
  const rest = productError(high, power, product) + low; // whole and small: exact
  const sum = product + rest;
  const sumRest = rest - (sum - product);
  const quotient = sum / divisor;
  const back = quotient * divisor;
  const correction = (sum - back - productError(quotient, divisor, back) + sumRest) / divisor;
  // The correction itself is rounded a few times. Where that matters, its two ends round to different doubles.
  const least = quotient + correction * (1 - 2 ** -48);
  const most = quotient + correction * (1 + 2 ** -48);
  return least === most ? least : NaN;
}

/** `a · b - product` without rounding, where `product` is the rounded one. */
function productError(a: number, b: number, product: number): number {
  const aBig = a * SPLITTER;
  const aHigh = aBig - (aBig - a);
  const aLow = a - aHigh;
  const bBig = b * SPLITTER;
  const bHigh = bBig - (bBig - b);
  const bLow = b - bHigh;
  return aLow * bLow - (product - aHigh * bHigh - aLow * bHigh - aHigh * bLow);
}
