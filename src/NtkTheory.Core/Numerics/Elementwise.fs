namespace NtkTheory.Numerics

#nowarn "9" // addresses inside pinned arrays of equal length
#nowarn "3536" // the interface with static members is used as a constraint only

open System.Runtime.Intrinsics
open Microsoft.FSharp.NativeInterop

/// Elementary functions of whole arrays, the same bits at every vector width.
module Elementwise =

    /// Applies a function from `first` on, as far as whole registers reach; returns where it stopped.
    let inline private sweep<'V, 'L when 'V: struct and 'L :> ILanes<'V>>
        ([<InlineIfLambda>] f: 'V -> 'V)
        (source: nativeptr<float>)
        (target: nativeptr<float>)
        first
        count
        =
        let mutable i = first

        while i + 'L.Count <= count do
            'L.Store(NativePtr.add target i, f ('L.Load(NativePtr.add source i)))
            i <- i + 'L.Count

        i

    let inline private map
        lanes
        ([<InlineIfLambda>] eight: Vector512<float> -> Vector512<float>)
        ([<InlineIfLambda>] four: Vector256<float> -> Vector256<float>)
        ([<InlineIfLambda>] two: Vector128<float> -> Vector128<float>)
        ([<InlineIfLambda>] one: float -> float)
        (values: float[])
        =
        let result = Array.zeroCreate<float> values.Length
        use source = new Pinned(values)
        use target = new Pinned(result)
        let count = values.Length

        let whole =
            match lanes with
            | Eight -> sweep<Vector512<float>, Lanes512> eight source.Pointer target.Pointer 0 count
            | Four -> sweep<Vector256<float>, Lanes256> four source.Pointer target.Pointer 0 count
            | Two -> sweep<Vector128<float>, Lanes128> two source.Pointer target.Pointer 0 count
            | One -> 0

        sweep<float, Lanes64> one source.Pointer target.Pointer whole count |> ignore
        result

    /// ln of positive normal numbers, to 2 ulp.
    let log lanes values =
        map
            lanes
            Elementary<Vector512<float>, Lanes512>.Log
            Elementary<Vector256<float>, Lanes256>.Log
            Elementary<Vector128<float>, Lanes128>.Log
            Elementary<float, Lanes64>.Log
            values

    /// e^x for |x| <= 708, to 2 ulp; beyond, the value at the end.
    let exp lanes values =
        map
            lanes
            Elementary<Vector512<float>, Lanes512>.Exp
            Elementary<Vector256<float>, Lanes256>.Exp
            Elementary<Vector128<float>, Lanes128>.Exp
            Elementary<float, Lanes64>.Exp
            values

    /// tanh, to 4 ulp.
    let tanh lanes values =
        map
            lanes
            Elementary<Vector512<float>, Lanes512>.Tanh
            Elementary<Vector256<float>, Lanes256>.Tanh
            Elementary<Vector128<float>, Lanes128>.Tanh
            Elementary<float, Lanes64>.Tanh
            values

    /// The error function, to 2 ulp.
    let erf lanes values =
        map
            lanes
            Elementary<Vector512<float>, Lanes512>.Erf
            Elementary<Vector256<float>, Lanes256>.Erf
            Elementary<Vector128<float>, Lanes128>.Erf
            Elementary<float, Lanes64>.Erf
            values
