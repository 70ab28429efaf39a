"""From a table and rules to tracks: scalers, scales, targets, selections of rows, timings."""
