/// Small random two-layer networks with data.
module NtkTheory.Core.Tests.Kernels.RandomNetworks

open NtkTheory.Models
open NtkTheory.Sampling

/// A size from 1 to the bound.
let sizeOf seed index bound =
    1 + Draw.below bound index (Seed.split "sizes" (Seed.ofInt seed))

/// A network, points as rows and their labels.
let setting activation seed =
    let width, dimension, count = sizeOf seed 0L 8, sizeOf seed 1L 4, sizeOf seed 2L 4
    let seeds = Seed.ofInt seed
    let network = TwoLayer.random seeds activation width dimension
    let points = Draw.normalMatrix (Seed.split "points" seeds) count dimension
    network, points, Draw.normals (Seed.split "labels" seeds) count
