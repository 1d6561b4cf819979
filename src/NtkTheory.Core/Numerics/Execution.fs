namespace NtkTheory.Numerics

#nowarn "9" // a pinned array's address, valid until the workspace is disposed

open System
open System.Buffers
open System.Runtime.ExceptionServices
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

/// Jobs 0 .. count - 1 that several threads take from one counter.
[<Sealed>]
type private Work(count: int, cancellation: CancellationToken, job: int -> unit) =
    let mutable next = -1
    let mutable finished = 0
    let mutable error: exn | null = null

    let attempt index =
        try
            if isNull error then
                cancellation.ThrowIfCancellationRequested()
                job index
        with e ->
            Interlocked.CompareExchange(&error, e, null) |> ignore

    /// Does jobs until none is left to take.
    member _.Drain() =
        let mutable index = Interlocked.Increment &next

        while index < count do
            attempt index
            Interlocked.Increment &finished |> ignore
            index <- Interlocked.Increment &next

    /// Waits for those that others have taken, and raises the first exception of a job.
    member _.Complete() =
        let mutable spinner = SpinWait()

        while Volatile.Read &finished < count do
            spinner.SpinOnce -1

        match error with
        | null -> ()
        | e -> ExceptionDispatchInfo.Throw e

/// Threads that wait awake for the next work, which then begins within a microsecond instead of the fifty that it takes
/// to wake a thread. A late one is not waited for.
[<Sealed>]
type private Crew(helpers: int) =
    let mutable closed = false
    let mutable current: Work | null = null

    let rec help (last: Work | null) =
        let mutable spinner = SpinWait()

        while not (Volatile.Read &closed)
              && Object.ReferenceEquals(Volatile.Read &current, last) do
            spinner.SpinOnce -1

        if not (Volatile.Read &closed) then
            match Volatile.Read &current with
            | null -> ()
            | work ->
                work.Drain()
                help work

    do
        for _ in 1..helpers do
            ThreadPool.UnsafeQueueUserWorkItem((fun _ -> help null), null) |> ignore

    /// The crew that serves this thread.
    [<ThreadStatic; DefaultValue>]
    static val mutable private serving: Crew | null

    static member Serving
        with get () = Crew.serving
        and set (crew: Crew | null) = Crew.serving <- crew

    /// Lets the crew take part.
    member _.Publish(work: Work) = Volatile.Write(&current, work)

    interface IDisposable with
        member _.Dispose() = Volatile.Write(&closed, true)

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

    let private together execution count job =
        let work = Work(count, execution.Cancellation, job)

        match Crew.Serving with
        | null ->
            let workers = min execution.Workers count
            let options = ParallelOptions(MaxDegreeOfParallelism = workers)
            Parallel.For(0, workers, options, (fun _ -> work.Drain())) |> ignore
        | crew ->
            crew.Publish work
            work.Drain()

        work.Complete()

    /// Runs jobs 0 .. count - 1, each wholly on one thread, the first first; jobs may not share what they
    /// write. An exception of a job is raised here.
    let run execution count (job: int -> unit) =
        if min execution.Workers count > 1 then
            together execution count job
        else
            for index in 0 .. count - 1 do
                execution.Cancellation.ThrowIfCancellationRequested()
                job index

    /// Does work that consists of many short runs, with the other threads kept awake between them.
    let awake execution (work: unit -> 'T) =
        if execution.Workers < 2 || not (isNull Crew.Serving) then
            work ()
        else
            use crew = new Crew(execution.Workers - 1)
            Crew.Serving <- crew

            try
                work ()
            finally
                Crew.Serving <- null

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
