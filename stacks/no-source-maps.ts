// To be imported before CDKTF. tsx has Node read the source map of every file, and half of each of CDKTF's files is one;
// CDKTF also writes down where each of its tokens was made, through these maps. That was a seventh of a synth. The maps of
// the project's own files are read before this runs: whoever reports an error switches them on again.
process.setSourceMapsEnabled(false);
