namespace NtkTheory.Testing

#nowarn "44" // xunit marks the constructor that its deserializer calls obsolete

open System
open System.Reflection
open System.Threading
open FsCheck
open Xunit
open Xunit.Abstractions
open Xunit.Sdk

/// A test method whose arguments FsCheck makes: it is run over many of them, and fails on the
/// smallest that breaks it. It may return bool, unit, Property, or a Task of these.
[<AttributeUsage(AttributeTargets.Method); AllowNullLiteral>]
[<XunitTestCaseDiscoverer("NtkTheory.Testing.PropertyDiscoverer", "NtkTheory.Testing")>]
type PropertyAttribute() =
    inherit FactAttribute()
    /// How many arguments to try.
    member val MaxTest = 100 with get, set
    /// The size of the last arguments tried.
    member val EndSize = 100 with get, set
    /// The pair that a failure prints, as "seed,gamma" or "seed,gamma,size", to run just it again.
    member val Replay = "" with get, set
    /// Types whose static members make arguments, as FsCheck's own `WithArbitrary` takes them.
    member val Arbitrary: Type[] = [||] with get, set

module private Property =

    let replay (text: string) =
        match text.Trim('(', ')').Split(',') |> Array.map (fun s -> s.Trim()) with
        | [| "" |] -> None
        | [| seed; gamma |] ->
            Some {
                Rnd = Rnd(uint64 seed, uint64 gamma)
                Size = None
            }
        | [| seed; gamma; size |] ->
            Some {
                Rnd = Rnd(uint64 seed, uint64 gamma)
                Size = Some(int size)
            }
        | _ -> invalidArg (nameof text) $"Replay is \"seed,gamma\" or \"seed,gamma,size\", not \"{text}\"."

    let check (own: PropertyAttribute) (test: MethodInfo) (target: objnull) =

        let config =
            Config.QuickThrowOnFailure
                .WithName(test.Name)
                .WithMaxTest(own.MaxTest)
                .WithEndSize(max own.EndSize 1)
                .WithQuietOnSuccess(true)
                .WithReplay(replay own.Replay)
                .WithArbitrary(own.Arbitrary)

        match target with
        | null -> Check.Method(config, test)
        | target -> Check.Method(config, test, target)

type private PropertyInvoker(test, bus, cls, ctorArgs, test', testArgs, hooks, errors, cancel) =
    inherit XunitTestInvoker(test, bus, cls, ctorArgs, test', testArgs, hooks, errors, cancel)

    override this.CallTestMethod target =
        match this.TestMethod.GetCustomAttribute<PropertyAttribute>() with
        | null -> invalidOp "no Property attribute"
        | own -> Property.check own this.TestMethod target

        null

type private PropertyRunner(test, bus, cls, ctorArgs, test', testArgs, skip, hooks, errors, cancel) =
    inherit XunitTestRunner(test, bus, cls, ctorArgs, test', testArgs, skip, hooks, errors, cancel)

    override this.InvokeTestMethodAsync errors =
        // xunit counts the arguments before it calls the method, so it is given as many as it wants
        let blanks = Array.zeroCreate<obj>(this.TestMethod.GetParameters().Length)

        PropertyInvoker(
            this.Test,
            this.MessageBus,
            this.TestClass,
            this.ConstructorArguments,
            this.TestMethod,
            blanks,
            this.BeforeAfterAttributes,
            errors,
            this.CancellationTokenSource
        )
            .RunAsync()

type private PropertyCaseRunner(case: IXunitTestCase, name, skip, ctorArgs, bus, errors, cancel) =
    inherit XunitTestCaseRunner(case, name, skip, ctorArgs, null, bus, errors, cancel)

    override this.CreateTestRunner(test, bus, cls, ctorArgs, test', testArgs, skip, hooks, errors, cancel) =
        PropertyRunner(test, bus, cls, ctorArgs, test', testArgs, skip, hooks, errors, cancel)

type PropertyTestCase =
    inherit XunitTestCase

    new(sink, display, options, test) =
        {
            inherit XunitTestCase(sink, display, options, test, null)
        }

    [<Obsolete("for the deserializer")>]
    new() = { inherit XunitTestCase() }

    override this.RunAsync(_sink, bus, ctorArgs, errors, cancel) =
        PropertyCaseRunner(this, this.DisplayName, this.SkipReason, ctorArgs, bus, errors, cancel).RunAsync()

type PropertyDiscoverer(sink: IMessageSink) =
    interface IXunitTestCaseDiscoverer with
        member _.Discover(options, test, _property) = [
            new PropertyTestCase(
                sink,
                options.MethodDisplayOrDefault(),
                options.MethodDisplayOptionsOrDefault(),
                test
            )
        ]
