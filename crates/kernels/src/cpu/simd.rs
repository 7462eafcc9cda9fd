//! One source, compiled for each instruction set.
//!
//! Kernels are written over fixed-size arrays, which the compiler keeps in vector registers: four lanes in
//! WebAssembly and on plain x86-64 or ARM, eight where an x86-64 processor has AVX2 and FMA, which is asked
//! at run time.

/// How `a·b + c` is computed.
pub(crate) trait Arithmetic {
    /// `a·b + c`.
    fn multiply_add(a: f32, b: f32, c: f32) -> f32;
}

/// With two roundings: where there is no fused instruction, or none that every browser has.
pub(crate) struct Rounded;

impl Arithmetic for Rounded {
    #[inline(always)]
    fn multiply_add(a: f32, b: f32, c: f32) -> f32 {
        a * b + c
    }
}

/// With one rounding.
#[cfg_attr(not(target_arch = "x86_64"), allow(dead_code))]
pub(crate) struct Fused;

impl Arithmetic for Fused {
    #[inline(always)]
    fn multiply_add(a: f32, b: f32, c: f32) -> f32 {
        a.mul_add(b, c)
    }
}

/// Defines `$name(arguments)`, which calls `$generic::<A>(arguments)` compiled for this machine.
macro_rules! dispatch {
    ($(#[$doc:meta])* $visibility:vis fn $name:ident($($argument:ident: $type:ty),* $(,)?) => $generic:ident) => {
        $(#[$doc])*
        $visibility fn $name($($argument: $type),*) {
            #[cfg(target_arch = "x86_64")]
            {
                #[target_feature(enable = "avx2,fma")]
                fn wide($($argument: $type),*) {
                    $generic::<$crate::cpu::simd::Fused>($($argument),*);
                }
                if std::arch::is_x86_feature_detected!("avx2") && std::arch::is_x86_feature_detected!("fma") {
                    // SAFETY: the processor has just been asked for both.
                    return unsafe { wide($($argument),*) };
                }
            }
            $generic::<$crate::cpu::simd::Rounded>($($argument),*);
        }
    };
}
pub(crate) use dispatch;
