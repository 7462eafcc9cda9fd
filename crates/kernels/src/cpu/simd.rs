//! One source, compiled for each instruction set.
//!
//! Convolutions are written over vectors of [`Arithmetic::LANES`] numbers: four in WebAssembly and on plain
//! x86-64 or ARM, eight where an x86-64 processor has AVX2, which is asked at run time. How many of
//! them a kernel keeps in registers is [`Arithmetic::REGISTERS`]'s to say. Everything else is loops over
//! arrays, which the compiler takes to vectors by itself.
//!
//! Each sum has its terms in the same order whatever the vectors are, so that the same bits come out on every machine,
//! unless fused instructions are asked for ([`set_rounding`]).

#[cfg(target_arch = "x86_64")]
use std::arch::x86_64;
use std::sync::atomic::{AtomicBool, Ordering};

/// Vectors, and how `a·b + c` is computed.
pub(crate) trait Arithmetic {
    /// Numbers of a vector.
    const LANES: usize;

    /// Sums that a kernel keeps in registers, each a vector: 12 or 8.
    const REGISTERS: usize;

    /// A vector.
    type Vector: Copy;

    /// `a·b + c`.
    fn multiply_add(a: f32, b: f32, c: f32) -> f32;

    /// One number in every lane.
    fn splat(value: f32) -> Self::Vector;

    /// # Safety
    /// There are so many numbers from the first on.
    unsafe fn load(first: *const f32) -> Self::Vector;

    /// # Safety
    /// There is room for so many numbers from the first on.
    unsafe fn store(first: *mut f32, vector: Self::Vector);

    /// `a·b + c` in each lane.
    fn fused(a: Self::Vector, b: Self::Vector, c: Self::Vector) -> Self::Vector;

    /// Each lane's sum.
    fn add(a: Self::Vector, b: Self::Vector) -> Self::Vector;

    /// Zero in lanes below it.
    fn relu(a: Self::Vector) -> Self::Vector;
}

/// Four numbers; with two roundings: where there is no fused instruction, or none that every browser has.
pub(crate) struct Rounded;

impl Arithmetic for Rounded {
    const LANES: usize = 4;
    const REGISTERS: usize = 8;
    type Vector = four::Vector;

    #[inline(always)]
    fn multiply_add(a: f32, b: f32, c: f32) -> f32 {
        a * b + c
    }

    #[inline(always)]
    fn splat(value: f32) -> four::Vector {
        four::splat(value)
    }

    #[inline(always)]
    unsafe fn load(first: *const f32) -> four::Vector {
        // SAFETY: the caller's.
        unsafe { first.cast::<four::Vector>().read_unaligned() }
    }

    #[inline(always)]
    unsafe fn store(first: *mut f32, vector: four::Vector) {
        // SAFETY: the caller's.
        unsafe { first.cast::<four::Vector>().write_unaligned(vector) }
    }

    #[inline(always)]
    fn fused(a: four::Vector, b: four::Vector, c: four::Vector) -> four::Vector {
        four::add(four::multiply(a, b), c)
    }

    #[inline(always)]
    fn add(a: four::Vector, b: four::Vector) -> four::Vector {
        four::add(a, b)
    }

    #[inline(always)]
    fn relu(a: four::Vector) -> four::Vector {
        four::relu(a)
    }
}

/// Vectors of WebAssembly.
#[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
mod four {
    use std::arch::wasm32;

    pub(super) use wasm32::f32x4_add as add;
    pub(super) use wasm32::f32x4_mul as multiply;
    pub(super) use wasm32::f32x4_splat as splat;
    pub(super) use wasm32::v128 as Vector;

    #[inline(always)]
    pub(super) fn relu(a: Vector) -> Vector {
        // Zero where `a` is NaN, as of `f32::max`.
        wasm32::f32x4_pmax(splat(0.0), a)
    }
}

/// Vectors that every x86-64 processor has.
#[cfg(target_arch = "x86_64")]
mod four {
    use std::arch::x86_64;

    pub(super) use x86_64::__m128 as Vector;

    #[inline(always)]
    pub(super) fn splat(value: f32) -> Vector {
        // SAFETY: SSE is part of x86-64, here and below.
        unsafe { x86_64::_mm_set1_ps(value) }
    }

    #[inline(always)]
    pub(super) fn add(a: Vector, b: Vector) -> Vector {
        // SAFETY: as above.
        unsafe { x86_64::_mm_add_ps(a, b) }
    }

    #[inline(always)]
    pub(super) fn multiply(a: Vector, b: Vector) -> Vector {
        // SAFETY: as above.
        unsafe { x86_64::_mm_mul_ps(a, b) }
    }

    #[inline(always)]
    pub(super) fn relu(a: Vector) -> Vector {
        // The second operand where one is NaN, as of `f32::max`. SAFETY: as above.
        unsafe { x86_64::_mm_max_ps(a, x86_64::_mm_setzero_ps()) }
    }
}

/// Arrays, which the compiler may take to vectors.
#[cfg(not(any(
    target_arch = "x86_64",
    all(target_arch = "wasm32", target_feature = "simd128")
)))]
mod four {
    pub(super) type Vector = [f32; 4];

    #[inline(always)]
    pub(super) fn splat(value: f32) -> Vector {
        [value; 4]
    }

    #[inline(always)]
    pub(super) fn add(a: Vector, b: Vector) -> Vector {
        std::array::from_fn(|lane| a[lane] + b[lane])
    }

    #[inline(always)]
    pub(super) fn multiply(a: Vector, b: Vector) -> Vector {
        std::array::from_fn(|lane| a[lane] * b[lane])
    }

    #[inline(always)]
    pub(super) fn relu(a: Vector) -> Vector {
        a.map(|value| value.max(0.0))
    }
}

/// Eight numbers. Only inside of functions that [`dispatch`] compiles for AVX2 (and FMA, if `$fused` uses that).
#[cfg(target_arch = "x86_64")]
macro_rules! eight {
    ($(#[$doc:meta])* $name:ident, $number:expr, $fused:expr) => {
        $(#[$doc])*
        pub(crate) struct $name;

        // SAFETY, of each block below: `dispatch` has asked the processor for these instructions before it calls a
        // function with this arithmetic, and the addresses are the caller's.
        #[allow(clippy::undocumented_unsafe_blocks)]
        impl Arithmetic for $name {
            const LANES: usize = 8;
            const REGISTERS: usize = 12;
            type Vector = x86_64::__m256;

            #[inline(always)]
            fn multiply_add(a: f32, b: f32, c: f32) -> f32 {
                $number(a, b, c)
            }

            #[inline(always)]
            fn splat(value: f32) -> Self::Vector {
                unsafe { x86_64::_mm256_set1_ps(value) }
            }

            #[inline(always)]
            unsafe fn load(first: *const f32) -> Self::Vector {
                unsafe { x86_64::_mm256_loadu_ps(first) }
            }

            #[inline(always)]
            unsafe fn store(first: *mut f32, vector: Self::Vector) {
                unsafe { x86_64::_mm256_storeu_ps(first, vector) }
            }

            #[inline(always)]
            fn fused(a: Self::Vector, b: Self::Vector, c: Self::Vector) -> Self::Vector {
                unsafe { $fused(a, b, c) }
            }

            #[inline(always)]
            fn add(a: Self::Vector, b: Self::Vector) -> Self::Vector {
                unsafe { x86_64::_mm256_add_ps(a, b) }
            }

            #[inline(always)]
            fn relu(a: Self::Vector) -> Self::Vector {
                // The second operand is what comes out where one is NaN; `f32::max` drops it too.
                unsafe { x86_64::_mm256_max_ps(a, x86_64::_mm256_setzero_ps()) }
            }
        }
    };
}

#[cfg(target_arch = "x86_64")]
eight! {
    /// Eight numbers, with two roundings: the bits of [`Rounded`], faster.
    Wide,
    |a: f32, b: f32, c: f32| a * b + c,
    |a, b, c| x86_64::_mm256_add_ps(x86_64::_mm256_mul_ps(a, b), c)
}

#[cfg(target_arch = "x86_64")]
eight! {
    /// Eight numbers, with one rounding.
    Fused,
    f32::mul_add,
    x86_64::_mm256_fmadd_ps
}

/// How a product and the sum that it is added to are rounded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Rounding {
    /// Each by itself: a network has the same bits on every processor and in a browser.
    #[default]
    Portable,
    /// Both at once where the processor can. Faster; the last digits are other ones than elsewhere.
    Fused,
}

static FUSED: AtomicBool = AtomicBool::new(false);

/// How the whole program rounds from now on.
pub fn set_rounding(rounding: Rounding) {
    FUSED.store(rounding == Rounding::Fused, Ordering::Relaxed);
}

/// How the whole program rounds.
pub fn rounding() -> Rounding {
    match FUSED.load(Ordering::Relaxed) {
        true => Rounding::Fused,
        false => Rounding::Portable,
    }
}

/// What `dispatch` chooses between.
#[cfg(target_arch = "x86_64")]
pub(crate) enum Instructions {
    /// For [`Fused`].
    Fused,
    /// For [`Wide`].
    Wide,
    /// For [`Rounded`].
    Plain,
}

/// What this processor has, and the program wants.
#[cfg(target_arch = "x86_64")]
#[inline]
pub(crate) fn instructions() -> Instructions {
    if !std::arch::is_x86_feature_detected!("avx2") {
        return Instructions::Plain;
    }
    if rounding() == Rounding::Fused && std::arch::is_x86_feature_detected!("fma") {
        return Instructions::Fused;
    }
    Instructions::Wide
}

/// Numbers of two vectors, at most.
pub(crate) const MOST: usize = 16;

/// How many of those left are taken at once, of 12, 8, 6, 4, 2 or 1 and at most `most`: as many as leave a rest
/// that is no burden, for few sums at once wait for each other.
#[inline(always)]
pub(crate) fn share(most: usize, left: usize) -> usize {
    match most {
        12 if left >= 12 && left != 16 => 12,
        8.. if left >= 8 => 8,
        6.. if left >= 6 && left != 8 => 6,
        _ => match left {
            4.. => 4,
            2.. => 2,
            _ => 1,
        },
    }
}

/// Defines `$name(arguments)`, which calls `$generic::<A>(arguments)` compiled for this machine.
macro_rules! dispatch {
    ($(#[$doc:meta])* $visibility:vis fn $name:ident($($argument:ident: $type:ty),* $(,)?) => $generic:ident) => {
        $(#[$doc])*
        $visibility fn $name($($argument: $type),*) {
            #[cfg(target_arch = "x86_64")]
            {
                use $crate::cpu::simd::{Fused, Instructions, Wide, instructions};
                #[target_feature(enable = "avx2,fma")]
                fn fused($($argument: $type),*) {
                    $generic::<Fused>($($argument),*);
                }
                #[target_feature(enable = "avx2")]
                fn wide($($argument: $type),*) {
                    $generic::<Wide>($($argument),*);
                }
                match instructions() {
                    // SAFETY: the processor has just been asked for them, here and below.
                    Instructions::Fused => return unsafe { fused($($argument),*) },
                    // SAFETY: as above.
                    Instructions::Wide => return unsafe { wide($($argument),*) },
                    Instructions::Plain => {}
                }
            }
            $generic::<$crate::cpu::simd::Rounded>($($argument),*);
        }
    };
}
pub(crate) use dispatch;
