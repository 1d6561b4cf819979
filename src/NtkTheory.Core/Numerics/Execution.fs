namespace NtkTheory.Numerics

#nowarn "9" // a pinned array's address, valid until the workspace is disposed

open System
open System.Buffers
open System.Threading
open System.Threading.Tasks
open Microsoft.FSharp.NativeInterop

/// How a kernel may use the machine. Results do not depend on it.
type Execution = {
    /// Threads at work, at least 1.
    Workers: int
    /// The vector width.
    Lanes: Lanes
    /// Stops the work with OperationCanceledException between two blocks.
    Cancellation: CancellationToken
}

/// Making an execution and running blocks of work under it.
module Execution =

    /// `workers` threads at the widest vectors.
    let workers count = {
        Workers = max 1 count
        Lanes = Lanes.widest ()
        Cancellation = CancellationToken.None
    }

    /// One thread at the widest vectors.
    let sequential = workers 1

    /// Runs jobs 0 .. count - 1, each wholly on one thread, the first first; jobs may not share what they
    /// write.
    let run execution count (job: int -> unit) =
        let next = ref -1

        let rec work () =
            execution.Cancellation.ThrowIfCancellationRequested()
            let index = Interlocked.Increment next

            if index < count then
                job index
                work ()

        match min execution.Workers count with
        | 0
        | 1 -> work ()
        | workers ->
            let options = ParallelOptions(MaxDegreeOfParallelism = workers)
            Parallel.For(0, workers, options, (fun _ -> work ())) |> ignore

/// A pinned array: its address holds until it is disposed.
[<Sealed; AllowNullLiteral>]
type internal Pinned(array: float[]) =
    let handle = array.AsMemory().Pin()

    /// The address of the first number.
    member _.Pointer: nativeptr<float> = NativePtr.ofVoidPtr handle.Pointer

    interface IDisposable with
        member _.Dispose() = handle.Dispose()

/// Scratch memory of doubles on a cache line's boundary, its content arbitrary.
[<Sealed; AllowNullLiteral>]
type internal Workspace(length: int) =
    let rented = ArrayPool<float>.Shared.Rent(length + 8)
    let handle = rented.AsMemory().Pin()

    /// The address of the first number, a multiple of 64.
    member _.Pointer: nativeptr<float> =
        let address = NativePtr.toNativeInt (NativePtr.ofVoidPtr<float> handle.Pointer)
        NativePtr.ofNativeInt ((address + 63n) &&& ~~~63n)

    interface IDisposable with
        member _.Dispose() =
            handle.Dispose()
            ArrayPool.Shared.Return rented
