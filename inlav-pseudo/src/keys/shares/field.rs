//! The field of 256 elements, in constant time.

/// `a · b` in GF(2^8) modulo x^8 + x^4 + x^3 + x + 1, the polynomial of AES (FIPS 197 section 4.2).
///
/// # Guarantee
/// Neither a branch nor an address in memory depends on `a` or `b`: always eight steps of shifts
/// and masks. Sums in the field are `^`.
pub(super) fn multiply(mut a: u8, mut b: u8) -> u8 {
    let mut product = 0;
    for _ in 0..8 {
        product ^= a & mask(b & 1);
        a = (a << 1) ^ (0x1b & mask(a >> 7));
        b >>= 1;
    }
    product
}

/// `1 / a`, and 0 for 0: `a^254` (every element but 0 has order 255 or a divisor of it).
pub(super) fn invert(a: u8) -> u8 {
    // 254 = 0b1111_1110: the product of a^2, a^4, … a^128.
    let mut square = a;
    let mut product = 1;
    for _ in 0..7 {
        square = multiply(square, square);
        product = multiply(product, square);
    }
    product
}

/// All ones for 1, all zeros for 0. The compiler may not see that it is one of the two, or it could
/// make a branch of it.
fn mask(bit: u8) -> u8 {
    std::hint::black_box(bit).wrapping_neg()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// FIPS 197 sections 4.2 and 4.2.1.
    #[test]
    fn the_published_products_come_out() {
        assert_eq!(multiply(0x57, 0x83), 0xc1);
        assert_eq!(multiply(0x57, 0x13), 0xfe);
        assert_eq!((multiply(0x57, 2), multiply(0x57, 4)), (0xae, 0x47));
    }

    /// Schoolbook: multiply as polynomials, then divide.
    #[test]
    fn all_products_are_those_of_polynomials() {
        for (a, b) in (0..=255_u8).flat_map(|a| (0..=255_u8).map(move |b| (a, b))) {
            let mut long = (0..8).filter(|i| b >> i & 1 == 1).fold(0_u16, |sum, i| sum ^ (u16::from(a) << i));
            for degree in (8..15).rev() {
                if long >> degree & 1 == 1 {
                    long ^= 0x11b << (degree - 8);
                }
            }
            assert_eq!(u16::from(multiply(a, b)), long);
        }
    }

    #[test]
    fn every_element_but_zero_has_its_inverse() {
        assert_eq!(invert(0), 0);
        assert!((1..=255).all(|a| multiply(a, invert(a)) == 1));
    }
}
