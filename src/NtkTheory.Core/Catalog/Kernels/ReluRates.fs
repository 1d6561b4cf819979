/// The order in the width of the worst case of the ReLU linearization.
module NtkTheory.Catalog.Kernels.ReluRates

open NtkTheory.Claims
open NtkTheory.Numerics
open NtkTheory.Catalog.Kernels.Balls

let private widths = [ 128.0; 256.0; 512.0; 1024.0; 2048.0; 4096.0 ]

let private ladder = {
    Scales = widths
    At = fun (ball: Ball) width -> { ball with Width = int width }
    Replicates = 24
}

let private rateClaim order =
    Claim.rate ladder AtMost (balls (1, 1) (0.5, 2.0)) suprema (fun _ -> Estimate.exact order)

/// The recap of lecture 7 as printed: the exponent of m is 1/2.
let reluLinearizationDecaysAsTheRootOfTheWidth: Theorem<Ball> =
    let claim = rateClaim -0.5

    {
        Entry = {
            Id = "linearization/rates-recap"
            Title = "As printed: the ReLU linearization errs by O(B^(4/3) / m^(1/2))"
            Statement =
                @"|f(x;W)-f_0(x;W)| = O\bigl(\|W-W_0\|_F^{4/3}/m^{1/2}\bigr) = O\bigl((\|W-W_0\|_F/\sqrt m)^{4/3}\bigr)\quad(\text{ReLU})"
            Source = Sources.lecture7 "Recap"
            Status = FalseAsStated "linearization/rates-recap/repaired"
            Sharpness = Loose
            Method = "The order in m of the mean exact supremum over widths 128 ... 4096."
            Remark =
                "The supremum is about 0.438 B^(4/3) m^(-1/6): at B = 1, m = 4096 it is 0.11, against 0.016 and 0.0039 as printed, and the ratio diverges. The second form is wrong by sqrt m on its own."
        }
        Claim = claim
        Controls = [
            Control.bound "the second printed form, m^(-2/3)" (fun _ -> Estimate.exact (-2.0 / 3.0)) claim
            Control.bound "m^(-1)" (fun _ -> Estimate.exact -1.0) claim
        ]
    }

/// The recap with the right exponent.
let reluLinearizationDecaysAsTheSixthRootOfTheWidth: Theorem<Ball> =
    let claim = rateClaim (-1.0 / 6.0)

    {
        Entry = {
            Id = "linearization/rates-recap/repaired"
            Title = "The ReLU linearization errs by O(B^(4/3) / m^(1/6))"
            Statement =
                @"\sup_{\|W-W_0\|_F\le B}|f-f_0| = O\bigl(B^{4/3}m^{-1/6}\bigr) = O\bigl(\sqrt m\,(B/\sqrt m)^{4/3}\bigr)"
            Source = Sources.lecture7 "Recap"
            Status = Repairs "linearization/rates-recap"
            Sharpness = Tight
            Method =
                "The order in m of the mean exact supremum over widths 128 ... 4096; it approaches -1/6 from below."
            Remark = "Parallel to the smooth case, sqrt m (B / sqrt m)^2."
        }
        Claim = claim
        Controls = [
            Control.bound "m^(-1/3)" (fun _ -> Estimate.exact (-1.0 / 3.0)) claim
            Control.bound "as printed, m^(-1/2)" (fun _ -> Estimate.exact -0.5) claim
        ]
    }

/// The statements of this file.
let all = [
    Theorem.pack reluLinearizationDecaysAsTheRootOfTheWidth
    Theorem.pack reluLinearizationDecaysAsTheSixthRootOfTheWidth
]
