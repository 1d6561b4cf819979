/// Claims whose truth is known, to test the engine on.
module NtkTheory.Core.Tests.Verification.Synthetic

open System.Threading
open FsCheck.FSharp
open NtkTheory.Claims
open NtkTheory.Numerics
open NtkTheory.Sampling
open NtkTheory.Verification

let numbers =
    Arb.fromGenShrink (
        Gen.choose (0, 1000),
        fun n -> Seq.distinct [ 0; n / 2; n - 1 ] |> Seq.filter (fun k -> k >= 0 && k < n)
    )

let entry id status = {
    Id = id
    Title = "synthetic"
    Statement = "x \\le y"
    Source = {
        Document = "none"
        Lecture = "0"
        Number = "0"
        Paper = ""
    }
    Status = status
    Sharpness = Tight
    Method = "arithmetic"
    Remark = ""
}

let theorem id claim controls = {
    Entry = entry id Proved
    Claim = claim
    Controls = controls
}

/// n <= bound n, exactly.
let below bound =
    Claim.atMost numbers (float >> Estimate.exact) (bound >> Estimate.exact)

/// A draw above the bound with probability `rate`, where `allowed` is claimed.
let failing allowed rate =
    let draw _ seed =
        Estimate.exact (if Draw.uniformAt 0L seed < rate then 2.0 else 0.5)

    Claim.probably (fun _ -> allowed) numbers draw (fun _ -> Estimate.exact 1.0)

let conditions seed = {
    TheoremConditions.Seed = seed
    Budget = Budget.smoke
    Level = 1e-9
    Data = None
    Cancel = CancellationToken.None
}

let options workers = {
    Seed = 1
    Budget = Budget.smoke
    FalseAlarmRate = 1e-9
    Workers = workers
    Data = None
    Clock = fun () -> 0.0
}
