module ground/pause

go 1.26
