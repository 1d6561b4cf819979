/// Which continuous functions the ReLU kernels can approximate.
module NtkTheory.Catalog.Kernels.Universality

open FsCheck.FSharp
open NtkTheory.Claims
open NtkTheory.Models
open NtkTheory.Numerics

/// One of the two kernels of the lecture.
type ReluKernel =
    /// k0, of the derivatives.
    | DegreeZero
    /// u k0, the tangent kernel.
    | Tangent

/// A frequency of the circle.
type Wave = { Kernel: ReluKernel; Frequency: int }

let private waves low high =
    let make =
        gen {
            let! kernel = Gen.elements [ DegreeZero; Tangent ]
            let! frequency = Gen.choose (low, high)

            return {
                Kernel = kernel
                Frequency = frequency
            }
        }

    make
    |> Shrinking.towards (fun wave -> [
        { wave with Frequency = low }
        {
            wave with
                Frequency = Shrinking.less low wave.Frequency
        }
    ])

let private kernelOf wave : Angle -> float =
    match wave.Kernel with
    | DegreeZero -> ArcCosine.degreeZero
    | Tangent -> fun angle -> Angle.cosine angle * ArcCosine.degreeZero angle

let private coefficient place wave =
    // 64 terms and their weights, the kernel at most 1/2
    Estimate.rounded 256 0.5 (CircleFourier.coefficient wave.Frequency (place (kernelOf wave)))

let private partialSum terms wave =
    let taylor =
        match wave.Kernel with
        | DegreeZero -> ArcCosine.degreeZeroTaylor 0.5
        | Tangent -> ArcCosine.tangentTaylor 0.5

    let value = CircleFourier.sliceSeries taylor wave.Frequency terms
    // each Taylor coefficient comes of a positive recursion of six roundings a step, as does its share
    Estimate.rounded (20 * (wave.Frequency + 2 * terms)) value value

/// Universality on the slice with a bias.
let everyFrequencyHasAPositiveCoefficientOnTheSlice: Theorem<Wave> =
    let instances = waves 0 40

    let claim =
        Claim.atLeast instances (coefficient CircleFourier.onSlice) (partialSum 100)

    {
        Entry = {
            Id = "kernel/universal-slice"
            Title =
                "With a constant coordinate the ReLU kernels are universal: every frequency has a positive coefficient"
            Statement =
                @"On $\{\|x\|=1,\ x_{d+1}=1/\sqrt2\}$ the cosine is $u=\frac12+\frac12\langle z,z'\rangle$ with $z$ on the sphere of $R^d$, and all Taylor coefficients $t_j$ of $k_0(u)=\frac{\pi-\arccos u}{2\pi}$ and of $u\,k_0(u)$ around $u=\frac12$ are positive; so both kernels are universal on the slice. "
                + @"For $d=2$ the $n$-th Fourier coefficient is $\frac1\pi\int_0^\pi k\cos n\theta\,d\theta=\sum_k t_{n+2k}\binom{n+2k}{k}4^{-(n+2k)}>0$ for every $n$."
            Source = {
                Sources.lecture7 "Remark (universal approximation)" with
                    Paper = "Micchelli, Xu, Zhang 2006, for the criterion"
            }
            Status = Proved
            Sharpness = Tight
            Method =
                "The integral by Gauss-Legendre nodes in the angle, to rounding, against the first 100 terms of the series, all positive (the recursion of the t_j has positive coefficients only). Frequencies 0 ... 40."
            Remark =
                "False on the whole sphere (control). There k_0 has the degrees 0, 1, 3, 5, ... only, so f(x) + f(-x) is constant for every f of its space and |f - cos 2 phi| >= 1 somewhere; u k_0 has 1, 2, 4, 6, ..., so f(x) - f(-x) is linear and |f - cos 3 phi| >= 1 somewhere."
        }
        Claim = claim
        Controls = [
            Control.create "without the constant coordinate" {
                claim with
                    Measured = fun wave _ -> coefficient CircleFourier.onCircle wave
            }
            Control.scaled 1.1 claim
        ]
    }

/// The statements of this file.
let all = [ Theorem.pack everyFrequencyHasAPositiveCoefficientOnTheSlice ]
