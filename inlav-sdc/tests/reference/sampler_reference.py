"""Draws of the discrete Gaussian by algorithms 1 to 3 of Canonne, Kamath and Steinke (NeurIPS 2020), in Python's
fractions, over a stream of words that the Rust test makes too: SHA-256 of a counter, four words a digest.
Writes draws_python.csv.
"""

import csv
import hashlib
from fractions import Fraction
from math import isqrt

CASES = [(1, 1), (1, 3), (25, 2), (1000, 7), (123456, 1), (281474976710656, 1)]
DRAWS = 200


class Words:
    def __init__(self):
        self.counter, self.waiting = 0, []

    def next(self):
        if not self.waiting:
            digest = hashlib.sha256(self.counter.to_bytes(8, "big")).digest()
            self.counter += 1
            self.waiting = [int.from_bytes(digest[at : at + 8], "big") for at in range(0, 32, 8)]
        return self.waiting.pop(0)

    def below(self, limit):
        """Uniform below limit: masked words, high word first drawn second, rejected when too large."""
        bits = (limit - 1).bit_length()
        while bits:
            word = self.next()
            if bits > 64:
                word |= self.next() << 64
            word &= (1 << bits) - 1
            if word < limit:
                return word
        return 0

    def bernoulli(self, chance):
        return self.below(chance.denominator) < chance.numerator


def at_most_one(gamma, denominator, words):
    """Bernoulli(exp(-gamma/denominator)), gamma <= denominator; a coin of gamma/(d·k) is two coins."""
    k = 1
    while words.below(denominator) < gamma and words.bernoulli(Fraction(1, k)):
        k += 1
    return k % 2 == 1


def exponential(numerator, denominator, words):
    for _ in range(numerator // denominator):
        if not at_most_one(1, 1, words):
            return False
    return at_most_one(numerator % denominator, denominator, words)


def laplace(scale, words):
    while True:
        u = words.below(scale)
        if not exponential(u, scale, words):
            continue
        v = 0
        while exponential(1, 1, words):
            v += 1
        sign = words.below(2)
        if sign == 1 and u + scale * v == 0:
            continue
        return (u + scale * v) * (-1 if sign == 1 else 1)


def gaussian(sigma2, words):
    t = isqrt(sigma2.numerator // sigma2.denominator) + 1
    n, d = sigma2.numerator, sigma2.denominator
    while True:
        y = laplace(t, words)
        gamma = (abs(y) - sigma2 / t) ** 2 / (2 * sigma2)
        assert gamma == Fraction((abs(y) * t * d - n) ** 2, 2 * n * d * t * t)
        # The fraction is not reduced, so that both implementations draw as many bits.
        if exponential((abs(y) * t * d - n) ** 2, 2 * n * d * t * t, words):
            return y


with open("draws_python.csv", "w", newline="") as out:
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["numerator", "denominator", "draws"])
    for numerator, denominator in CASES:
        words = Words()
        sigma2 = Fraction(numerator, denominator)
        writer.writerow([numerator, denominator, " ".join(str(gaussian(sigma2, words)) for _ in range(DRAWS))])
