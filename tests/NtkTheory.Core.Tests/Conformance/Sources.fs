/// The project's own source files, as text.
module NtkTheory.Core.Tests.Conformance.Sources

open System
open System.IO

/// The folder of the solution file, found upwards from the test assembly.
let root =
    let rec up (folder: DirectoryInfo) =
        if File.Exists(Path.Combine(folder.FullName, "NtkTheory.sln")) then
            folder.FullName
        else
            up (nonNull folder.Parent)

    up (DirectoryInfo AppContext.BaseDirectory)

/// Files below a folder of the project with the given ending, build output left out.
let files folder ending =
    Directory.EnumerateFiles(Path.Combine(root, folder), "*" + ending, SearchOption.AllDirectories)
    |> Seq.filter (fun path -> not (path.Contains "/obj/" || path.Contains "/bin/"))
    |> Seq.sort
    |> List.ofSeq

/// A path from the root, for messages.
let relative (path: string) = Path.GetRelativePath(root, path)

/// The lines of the core's sources in one room.
let room name =
    files $"src/NtkTheory.Core/{name}" ".fs"
    |> List.map (fun path -> relative path, File.ReadAllLines path)
