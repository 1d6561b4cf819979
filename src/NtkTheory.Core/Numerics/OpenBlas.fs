namespace NtkTheory.Numerics

#nowarn "9" // foreign functions take addresses of pinned arrays and of numbers on the stack

open System
open System.Runtime.InteropServices
open Microsoft.FSharp.NativeInterop

/// LAPACK's dsyevd: jobz, uplo, n, a, lda, w, work, lwork, iwork, liwork, info, and the lengths of the letters.
type private SymmetricEigenRoutine =
    delegate of
        nativeint *
        nativeint *
        nativeint *
        nativeint *
        nativeint *
        nativeint *
        nativeint *
        nativeint *
        nativeint *
        nativeint *
        nativeint *
        nativeint *
        nativeint ->
            unit

/// LAPACK's dpotrf: uplo, n, a, lda, info, and the length of the letter.
type private CholeskyRoutine =
    delegate of nativeint * nativeint * nativeint * nativeint * nativeint * nativeint -> unit

/// OpenBLAS, found on this machine.
type OpenBlas = private {
    Eigen: SymmetricEigenRoutine
    Factor: CholeskyRoutine
}

/// Who does the linear algebra: results agree within their radii.
type Backend =
    /// This library's own code: nothing to install.
    | Managed
    /// LAPACK in OpenBLAS.
    | Native of OpenBlas

/// Finding and calling OpenBLAS through its Fortran symbols (it needs no LAPACKE).
module OpenBlas =

    let private names = [ "libopenblas.so.0"; "libopenblas.so"; "libopenblas.dylib"; "libopenblas.dll" ]

    let private tryLoad (name: string) =
        match NativeLibrary.TryLoad name with
        | true, handle -> Some handle
        | _ -> None

    let private routine<'T when 'T :> Delegate and 'T: not null> (library: nativeint) (name: string) =
        match NativeLibrary.TryGetExport(library, name) with
        | true, address -> Some(Marshal.GetDelegateForFunctionPointer<'T> address)
        | _ -> None

    /// OpenBLAS when the machine has it with the routines that are called here.
    let find () =
        names
        |> List.tryPick tryLoad
        |> Option.bind (fun library ->
            match
                routine<SymmetricEigenRoutine> library "dsyevd_", routine<CholeskyRoutine> library "dpotrf_"
            with
            | Some eigen, Some factor -> Some { Eigen = eigen; Factor = factor }
            | _ -> None)

    let private check (name: string) info =
        if info < 0 then
            invalidOp $"{name} refused argument {-info}."

    let private solve (library: OpenBlas) withVectors size (a: float[]) =
        let values = Array.zeroCreate size

        let work =
            Array.zeroCreate<float>(
                if withVectors then
                    1 + 6 * size + 2 * size * size
                else
                    // room for the blocked reduction's panels; the least allowed, 2 n + 1, gets the unblocked one
                    66 * size + 1
            )

        let whole = Array.zeroCreate<int>(if withVectors then 3 + 5 * size else 1)
        let numbers = [| size; work.Length; whole.Length; 0 |]
        let letters = [| (if withVectors then byte 'V' else byte 'N'); byte 'L' |]
        use letters = fixed letters
        use numbersPin = fixed numbers
        use a = fixed a
        use w = fixed values
        use work = fixed work
        use whole = fixed whole

        let number k =
            NativePtr.toNativeInt (NativePtr.add numbersPin k)

        let address p = NativePtr.toNativeInt p

        library.Eigen.Invoke(
            NativePtr.toNativeInt letters,
            NativePtr.toNativeInt (NativePtr.add letters 1),
            number 0,
            address a,
            number 0,
            address w,
            address work,
            number 1,
            NativePtr.toNativeInt whole,
            number 2,
            number 3,
            1n,
            1n
        )

        let info = numbers[3]
        check "dsyevd" info

        if info > 0 then
            invalidOp "dsyevd did not converge."

        values

    /// Eigenvalues, from the smallest, of a symmetric matrix in an array (either triangle's storage order); with
    /// vectors, they replace the matrix, vector k at size k.
    let eigen library withVectors size a =
        if size = 0 then [||] else solve library withVectors size a

    /// Overwrites the lower triangle of a symmetric matrix, given row after row, by its Cholesky factor; false when
    /// a pivot is not positive.
    let cholesky (library: OpenBlas) size (a: float[]) =
        let numbers = [| size; 0 |]
        // its upper triangle, column after column, is our lower one, row after row
        let letters = [| byte 'U' |]
        use letters = fixed letters
        use numbersPin = fixed numbers
        use a = fixed a
        let n = NativePtr.toNativeInt numbersPin
        let info = NativePtr.toNativeInt (NativePtr.add numbersPin 1)
        library.Factor.Invoke(NativePtr.toNativeInt letters, n, NativePtr.toNativeInt a, n, info, 1n)
        check "dpotrf" numbers[1]
        numbers[1] = 0
