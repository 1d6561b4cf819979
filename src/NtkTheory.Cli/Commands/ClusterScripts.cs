namespace NtkTheory.Cli.Commands;

/// <summary>
/// Scripts that spread a sweep over machines with an engine that is there already. All rest on the same contract: a
/// shard resumes its file, ends with 0 when it is complete and with 75 when it is to be run again, and the merge
/// refuses holes.
/// </summary>
/// <param name="Verify">The words after <c>ntk verify</c> that say what is judged, and how.</param>
/// <param name="Merge">The words after <c>ntk merge</c> that name the data set, if any.</param>
/// <param name="Shards">The number of parts.</param>
internal sealed record ClusterScripts(string Verify, string Merge, int Shards)
{
    private string Outputs => $"{Merge}--json \"$OUT/report.json\" --report \"$OUT/report.md\" --quiet";

    /// <summary>
    /// A script that submits an array of tasks and, whatever becomes of them, a merge. The tool is started with
    /// <c>srun</c>: as a plain line of a batch script it would be killed before it could end its line.
    /// </summary>
    public string Slurm =>
        $$"""
            #!/bin/bash
            # Submits {{Shards}} shards as an array, and a merge that runs after them whatever becomes of them.
            # Run it again to submit what is unfinished: every shard goes on where it stopped.
            # NTK is the tool, OUT a folder that all nodes see; options of sbatch go after the script's name.
            set -euo pipefail
            export NTK=${NTK:-ntk} OUT=${OUT:-$PWD/sweep}
            mkdir -p "$OUT"
            tasks=1-{{Shards}}
            if [ -s "$OUT/todo" ]; then tasks=$(cat "$OUT/todo"); fi
            array=$(sbatch --parsable --job-name=ntk --array="$tasks" --requeue --open-mode=append \
                --signal=TERM@120 --output="$OUT/shard-%a.log" "$@" <<'SHARD'
            #!/bin/bash
            i=$SLURM_ARRAY_TASK_ID
            srun "$NTK" verify {{Verify}} --workers "${SLURM_CPUS_PER_TASK:-1}" \
                --shard "$i/{{Shards}}" --resume "$OUT/shard-$i.jsonl" --quiet
            code=$?
            if [ "$code" -eq 75 ] && [ "${SLURM_RESTART_COUNT:-0}" -lt 50 ]; then
                scontrol requeue "${SLURM_ARRAY_JOB_ID}_$i"
            fi
            exit "$code"
            SHARD
            )
            merge=$(sbatch --parsable --job-name=ntk-merge --dependency=afterany:"$array" \
                --output="$OUT/merge.log" "$@" <<'MERGE'
            #!/bin/bash
            exec "$NTK" merge "$OUT"/shard-*.jsonl --missing "$OUT/todo" {{Outputs}}
            MERGE
            )
            echo "array $array, merge $merge"

            """;

    /// <summary>The line for GNU parallel on one machine, or on several with its option -S.</summary>
    public string Parallel =>
        $$"""
            #!/bin/bash
            # Runs {{Shards}} shards with GNU parallel, then the merge. Run it again after an interruption.
            # NTK is the tool, OUT a folder; options of parallel, such as -S host1,host2, go after the script's name.
            set -uo pipefail
            export NTK=${NTK:-ntk} OUT=${OUT:-$PWD/sweep}
            mkdir -p "$OUT"
            seq {{Shards}} | parallel --joblog "$OUT/log" --resume-failed --retries 3 "$@" \
                'exec "$NTK" verify {{Verify}} --workers 1 --shard {}/{{Shards}} --resume "$OUT"/shard-{}.jsonl --quiet'
            exec "$NTK" merge "$OUT"/shard-*.jsonl --missing "$OUT/todo" {{Outputs}}

            """;

    /// <summary>
    /// An indexed Job and one that merges, which tries again until the shards are complete. The image holds the tool as
    /// <c>ntk</c>; the volume claim is one that all pods can write to.
    /// </summary>
    public string Kubernetes(string image, string claim) =>
        $$"""
            # kubectl apply -f this file. Pods end with 75 when they are interrupted: those are started again and not counted.
            apiVersion: batch/v1
            kind: Job
            metadata:
              name: ntk-sweep
            spec:
              completionMode: Indexed
              completions: {{Shards}}
              parallelism: {{Shards}}
              backoffLimit: {{3 * Shards}}
              podFailurePolicy:
                rules:
                  - action: Ignore
                    onExitCodes: { operator: In, values: [75] }
              template:
                spec:
                  restartPolicy: Never
                  terminationGracePeriodSeconds: 120
                  containers:
                    - name: shard
                      image: {{image}}
                      env: [{ name: OUT, value: /sweep }]
                      command: [sh, -c]
                      args:
                        - >-
                          i=$((JOB_COMPLETION_INDEX + 1));
                          exec ntk verify {{Verify}} --workers 1
                          --shard $i/{{Shards}} --resume "$OUT/shard-$i.jsonl" --quiet
                      volumeMounts: [{ name: sweep, mountPath: /sweep }]
                  volumes: [{ name: sweep, persistentVolumeClaim: { claimName: {{claim}} } }]
            ---
            apiVersion: batch/v1
            kind: Job
            metadata:
              name: ntk-merge
            spec:
              backoffLimit: 1000
              template:
                spec:
                  restartPolicy: OnFailure
                  containers:
                    - name: merge
                      image: {{image}}
                      env: [{ name: OUT, value: /sweep }]
                      command: [sh, -c]
                      args:
                        - >-
                          ntk merge "$OUT"/shard-*.jsonl --missing "$OUT/todo" {{Outputs}};
                          [ $? -ne 3 ]
                      volumeMounts: [{ name: sweep, mountPath: /sweep }]
                  volumes: [{ name: sweep, persistentVolumeClaim: { claimName: {{claim}} } }]

            """;
}
